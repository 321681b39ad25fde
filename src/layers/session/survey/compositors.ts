/** Finds the compositors that run for this user now, and the units that they run in. */
import { existsSync, readdirSync, readFileSync } from "node:fs"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { compositorName } from "../../ipc/Version.ts"
import type { JudgedCandidate } from "../../sockets/Candidate.ts"
import * as SocketDiscovery from "../../sockets/SocketDiscovery.ts"
import type { SocketListeners } from "../../sockets/SocketListeners.ts"
import type { SocketProbe } from "../../sockets/SocketProbe.ts"
import * as SocketSources from "../../sockets/SocketSources.ts"
import * as SocketWatcher from "../../sockets/SocketWatcher.ts"
import { findProgram, searchPath, variable } from "../../system/environment.ts"
import type { KernelSockets } from "../../system/KernelSockets.ts"
import { isCompositor, type ProcessTable } from "../../system/ProcessTable.ts"
import type { RuntimeDir } from "../../system/RuntimeDir.ts"

/** What finding compositors and judging variables needs. */
export type SurveyContext = RuntimeDir | ProcessTable | SocketProbe | SocketListeners | KernelSockets

/** A compositor that listens on a socket in the runtime directory. */
export interface RunningCompositor {
  /** `sway` or `i3`, or a fork's name. */
  readonly name: string
  readonly pid: number | null
  readonly socket: string
  /** The user unit that its process is in; null if it was not started as a unit. */
  readonly unit: string | null
}

const read = (path: string): string => {
  try {
    return readFileSync(path, "latin1")
  } catch {
    return ""
  }
}

/** The user service that a process is in, from the text of `/proc/<pid>/cgroup` (cgroups(7)). Scopes do not count. */
export const unitIn = (cgroups: string): string | undefined =>
  cgroups
    .split("\n")
    .filter(line => /^(?:0:|\d+:name=systemd:)/.test(line))
    .flatMap(line => line.split("/").filter(part => part.endsWith(".service") && !part.startsWith("user@")))
    .at(-1)

/** True for a compositor that runs inside another one. It was started from a terminal there, not by the unit of the session. */
const isNested = (pid: number) =>
  read(`/proc/${pid}/environ`)
    .split("\0")
    .some(entry => entry.startsWith("WAYLAND_DISPLAY="))

const unitOf = (pid: number | null) =>
  pid === null || isNested(pid) ? null : (unitIn(read(`/proc/${pid}/cgroup`)) ?? null)

/** True if a compositor runs in this user unit, as far as this user may read `/proc`. */
export const runsCompositor = (unit: string): Effect.Effect<boolean> =>
  Effect.sync(() =>
    readdirSync("/proc").some(
      entry =>
        /^\d+$/.test(entry) && isCompositor(read(`/proc/${entry}/comm`).trimEnd()) && unitOf(Number(entry)) === unit,
    ),
  )

const toRunning = (candidate: JudgedCandidate): ReadonlyArray<RunningCompositor> => {
  const { path, process, proof, verdict } = candidate
  if (verdict !== "live" && verdict !== "unresponsive") return []
  const isCompositorProcess = process !== undefined && isCompositor(process.name)
  const pid = candidate.compositorPid ?? (isCompositorProcess ? process.pid : null)
  const name = proof === undefined ? candidate.kind : compositorName(proof.version)
  return [{ name, pid, socket: path, unit: unitOf(pid) }]
}

/** The compositors that listen in the runtime directory, also stopped ones. Each socket is probed once. */
export const runningCompositors: Effect.Effect<ReadonlyArray<RunningCompositor>, never, SurveyContext> = Effect.gen(
  function* () {
    const discovery = yield* SocketDiscovery.makeOnce
    const candidates = yield* discovery.survey({ deadline: SocketDiscovery.patientDeadline })
    return candidates.flatMap(toRunning)
  },
).pipe(
  Effect.scoped,
  Effect.provide(Layer.merge(SocketSources.layerOf(SocketSources.noneNamed), SocketWatcher.layerNone)),
)

/** True where Sway or i3 is in the PATH, or this user has a configuration of one. */
export const isInstalled: Effect.Effect<boolean> = Effect.gen(function* () {
  const path = yield* searchPath
  const home = yield* variable("HOME")
  const config = Option.orElse(yield* variable("XDG_CONFIG_HOME"), () => Option.map(home, each => `${each}/.config`))
  const configurations = Option.toArray(config).flatMap(base => [`${base}/sway/config`, `${base}/i3/config`])
  return ["sway", "i3"].some(name => Option.isSome(findProgram(name, path))) || configurations.some(existsSync)
})
