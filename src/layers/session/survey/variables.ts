/**
 * Decides whether a variable is stale: SWAYSOCK, I3SOCK, WAYLAND_DISPLAY or DISPLAY, if the socket or display that it names is gone.
 * `diagnose session` judges the variables of the user manager so, and `doctor` also those of the shell, D-Bus and tmux.
 */
import { statSync } from "node:fs"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type { JudgedCandidate } from "../../sockets/Candidate.ts"
import * as SocketDiscovery from "../../sockets/SocketDiscovery.ts"
import { SocketListeners } from "../../sockets/SocketListeners.ts"
import * as SocketSources from "../../sockets/SocketSources.ts"
import * as SocketWatcher from "../../sockets/SocketWatcher.ts"
import { KernelSockets } from "../../system/KernelSockets.ts"
import { RuntimeDir } from "../../system/RuntimeDir.ts"

/** One variable, as `i3pm diagnose session --json` prints it. */
export interface VariableReport {
  readonly name: string
  readonly value: string
  /** True if programs started with this variable cannot connect. */
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

/** True also for a compositor that is stopped or about to listen: the variable is right. */
const mayBeAlive = ({ verdict }: JudgedCandidate) =>
  verdict === "live" || verdict === "unresponsive" || verdict === "suspect" || verdict === "unknown"

/** An IPC socket is good if its compositor replies, or may still reply. */
const judgeIpc = (by: "SWAYSOCK" | "I3SOCK", path: string) => {
  // Sway's and i3's own clients take it for a path, and a sway that is started with it listens nowhere.
  if (path === "") return Effect.succeed(stale("it is empty, so programs do not look for a socket"))
  if (!path.startsWith("/")) return Effect.succeed(stale("it is not an absolute path"))
  const sources = SocketSources.layerOf({ named: [{ by, path }], exclusive: true })
  return Effect.gen(function* () {
    const discovery = yield* SocketDiscovery.makeOnce
    const [candidate] = yield* discovery.survey({ deadline: SocketDiscovery.patientDeadline })
    if (candidate === undefined) return stale("no such file")
    return mayBeAlive(candidate) ? good(candidate.reason) : stale(candidate.reason)
  }).pipe(Effect.provide(Layer.merge(sources, SocketWatcher.layerNone)))
}

/** A Wayland socket is good if the kernel lists a listener. We do not connect. */
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
        return stale(`no process listens on ${path}`)
      case "unknown":
        return good(`cannot tell: ${seen.detail}`)
      case "bound":
        return good(`a process has bound ${path} and is about to listen`)
      default:
        return good("in use")
    }
  })

/**
 * A display of this machine has a socket; its number may be followed by a screen (X(7), "DISPLAY NAMES"). The file may be missing
 * while the server runs: libxcb tries the abstract socket of the same name first.
 */
const judgeDisplay = (value: string) =>
  Effect.gen(function* () {
    const number = /^(?:unix)?:(\d+)(?:\.\d+)?$/.exec(value)?.[1]
    if (number === undefined) return good("not a display of this machine")
    const path = `/tmp/.X11-unix/X${number}`
    if (socketAt(path)?.isSocket === true) return good(`${path} is there`)
    const kernel = yield* KernelSockets
    const { listener } = yield* kernel.at(`@${path}`)
    return Option.isSome(listener) ? good(`in use: @${path}`) : stale(`there is no socket ${path}`)
  })

const judge = (name: string, value: string) => {
  if (name === "SWAYSOCK" || name === "I3SOCK") return judgeIpc(name, value)
  return name === "WAYLAND_DISPLAY" ? judgeWayland(value) : judgeDisplay(value)
}

const judgedNames = ["SWAYSOCK", "I3SOCK", "WAYLAND_DISPLAY", "DISPLAY"] as const

/** Reports on the variables that name a display or a socket, if they are set. */
export const judgeVariables = (environment: ReadonlyMap<string, string>) =>
  Effect.forEach(
    judgedNames.flatMap(name => {
      const value = environment.get(name)
      const isEmptyDisplay = value === "" && name !== "SWAYSOCK" && name !== "I3SOCK"
      return value === undefined || isEmptyDisplay ? [] : [{ name, value }]
    }),
    ({ name, value }) =>
      Effect.map(Effect.scoped(judge(name, value)), (finding): VariableReport => ({ name, value, ...finding })),
  )
