/** Which of the manager's variables point at a display or a socket that is gone. */
import { statSync } from "node:fs"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type { JudgedCandidate } from "../../sockets/Candidate.ts"
import * as SocketDiscovery from "../../sockets/SocketDiscovery.ts"
import { SocketListeners } from "../../sockets/SocketListeners.ts"
import type { SocketProbe } from "../../sockets/SocketProbe.ts"
import * as SocketSources from "../../sockets/SocketSources.ts"
import * as SocketWatcher from "../../sockets/SocketWatcher.ts"
import { KernelSockets } from "../../system/KernelSockets.ts"
import type { ProcessTable } from "../../system/ProcessTable.ts"
import { RuntimeDir } from "../../system/RuntimeDir.ts"

/** One variable, as `i3pm diagnose session --json` gives it. */
export interface VariableReport {
  readonly name: string
  readonly value: string
  /** True when what is started with this variable will not find what it names. */
  readonly stale: boolean
  /** One clause. */
  readonly reason: string
}

interface Finding {
  readonly stale: boolean
  readonly reason: string
}

const stale = (reason: string): Finding => ({ stale: true, reason })
const good = (reason: string): Finding => ({ stale: false, reason })

const socketAt = (path: string) => {
  try {
    const stat = statSync(path)
    return { isSocket: stat.isSocket(), owner: stat.uid }
  } catch {
    return undefined
  }
}

/** A compositor that is stopped, or about to listen, is the one that is meant: it is not gone. */
const isHeld = ({ verdict }: JudgedCandidate) =>
  verdict === "live" || verdict === "unresponsive" || verdict === "suspect" || verdict === "unknown"

/** An IPC socket is proven by a reply, as everywhere else. */
const judgeIpc = (by: "SWAYSOCK" | "I3SOCK", path: string) => {
  if (!path.startsWith("/")) return Effect.succeed(stale("it is not an absolute path"))
  const sources = SocketSources.layerOf({ named: [{ by, path }], exclusive: true })
  return Effect.gen(function* () {
    const discovery = yield* SocketDiscovery.make
    const [candidate] = yield* discovery.survey({ deadline: SocketDiscovery.patientDeadline })
    if (candidate === undefined) return stale("no such file")
    return isHeld(candidate) ? good(candidate.reason) : stale(candidate.reason)
  }).pipe(Effect.provide(Layer.merge(sources, SocketWatcher.layerNone)))
}

/** A Wayland socket is believed when the kernel says that somebody listens; nobody connects. */
const judgeWayland = (value: string) =>
  Effect.gen(function* () {
    const runtimeDir = yield* RuntimeDir
    const listeners = yield* SocketListeners
    const path = value.startsWith("/") ? value : `${runtimeDir.path}/${value}`
    const found = socketAt(path)
    if (found === undefined) return stale(`there is no ${path}`)
    if (!found.isSocket) return stale(`${path} is not a socket`)
    if (found.owner !== runtimeDir.uid) return stale(`${path} belongs to uid ${found.owner}`)
    const [seen] = yield* listeners.look([{ path, file: "socket" }])
    switch (seen?._tag) {
      case "refused":
        return stale(`nobody listens on ${path}`)
      case "unknown":
        return good(`can not tell: ${seen.detail}`)
      case "bound":
        return good(`somebody has bound ${path} and is about to listen`)
      default:
        return good("somebody listens")
    }
  })

/**
 * Only a display of this machine has a socket here; the number may have a screen behind it (X(7), "Display names"). Clients
 * of libxcb try the abstract socket of that name first, so the file may have been cleaned away while the server lives.
 */
const judgeDisplay = (value: string) =>
  Effect.gen(function* () {
    const number = /^(?:unix)?:(\d+)(?:\.\d+)?$/.exec(value)?.[1]
    if (number === undefined) return good("not a display of this machine")
    const path = `/tmp/.X11-unix/X${number}`
    if (socketAt(path)?.isSocket === true) return good(`${path} is there`)
    const kernel = yield* KernelSockets
    const { listener } = yield* kernel.at(`@${path}`)
    return Option.isSome(listener) ? good(`somebody listens on @${path}`) : stale(`there is no socket ${path}`)
  })

const judge = (name: string, value: string) => {
  if (name === "SWAYSOCK" || name === "I3SOCK") return judgeIpc(name, value)
  return name === "WAYLAND_DISPLAY" ? judgeWayland(value) : judgeDisplay(value)
}

const judgedNames = ["SWAYSOCK", "I3SOCK", "WAYLAND_DISPLAY", "DISPLAY"] as const

/** The variables that are set, of those that name a display or a socket. */
export const judgeVariables = (environment: ReadonlyMap<string, string>) =>
  Effect.forEach(
    judgedNames.flatMap(name => {
      const value = environment.get(name)
      return value === undefined ? [] : [{ name, value }]
    }),
    ({ name, value }) =>
      Effect.map(Effect.scoped(judge(name, value)), (finding): VariableReport => ({ name, value, ...finding })),
  )

/** What {@link judgeVariables} needs. */
export type JudgesNeeds = RuntimeDir | ProcessTable | SocketProbe | SocketListeners | KernelSockets
