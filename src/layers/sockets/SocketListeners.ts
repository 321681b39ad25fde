/**
 * Checks many socket files for a listener at once, without connecting.
 *
 * A connection would take one of the few places in the backlog of a stopped compositor, so `UnixSocket.dryConnect` only asks the
 * kernel what connect(2) would say. If there is no listener, the kernel's list shows whether the socket is bound. The list
 * does not show namespaces that cannot be entered: there a socket between bind and listen looks like an orphan.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { KernelSockets } from "../system/KernelSockets.ts"
import type { KernelSocket } from "../system/kernelList.ts"
import { connectError, UnixSocket } from "../system/UnixSocket.ts"
import type { FileKind, Listener } from "./Verdict.ts"

/** A file to check. */
export interface Target {
  readonly path: string
  readonly file: FileKind
  /** Its path before it was moved. The kernel's list has the path at which a socket was bound. */
  readonly boundAt?: string | undefined
}

/** Checks many socket files for a listener, without connecting. */
export class SocketListeners extends Context.Tag("i3pm/SocketListeners")<
  SocketListeners,
  {
    /**
     * The listener of each target, in the same order: `accepted`, `full`, `bound`, `refused`, `gone` or `unknown`; `notChecked` for
     * what is neither a socket nor an empty file. The caller decides which targets may be checked at all.
     */
    readonly look: (targets: ReadonlyArray<Target>) => Effect.Effect<ReadonlyArray<Listener>>
  }
>() {}

const refused: Listener = { _tag: "refused" }

const noneBound: ReadonlyMap<string, KernelSocket> = new Map()

const unreadable: Listener = { _tag: "unknown", detail: "no listener, and /proc/net/unix cannot be read" }

const fromConnect = (path: string, errno: string | undefined): Listener => {
  if (errno === undefined) return { _tag: "accepted" }
  const { message, reason } = connectError(path, { code: errno })
  if (reason === "Refused") return refused
  if (reason === "NotFound") return { _tag: "gone" }
  return reason === "QueueFull" ? { _tag: "full" } : { _tag: "unknown", detail: message }
}

const boundPath = ({ boundAt, path }: Target) => boundAt ?? path

/** Checks through `UnixSocket.dryConnect` and the kernel's list. */
export const make = Effect.gen(function* () {
  const kernel = yield* KernelSockets
  const socket = yield* UnixSocket

  /** A plain file has no listener; links, directories and so on are not checked. */
  const checkListeners = (targets: ReadonlyArray<Target>) =>
    Effect.gen(function* () {
      const sockets = targets.filter(({ file }) => file === "socket").map(({ path }) => path)
      const answers = (yield* socket.dryConnect(sockets)).values()
      return targets.map(({ file, path }): Listener => {
        if (file === "socket") return fromConnect(path, answers.next().value)
        return file === "file" ? refused : { _tag: "notChecked" }
      })
    })

  /** Must run after the check for listeners: then a socket that was bound at that time is in the list. */
  const findBound = (targets: ReadonlyArray<Target>) =>
    targets.length === 0 ? Effect.succeedSome(noneBound) : kernel.lookUp(targets.map(boundPath))

  return SocketListeners.of({
    look: targets =>
      Effect.gen(function* () {
        const seen = yield* checkListeners(targets)
        const isRefusedSocket = ({ file }: Target, index: number) => file === "socket" && seen[index] === refused
        const bound = yield* findBound(targets.filter(isRefusedSocket))
        return targets.map((target, index): Listener => {
          if (!isRefusedSocket(target, index)) return seen[index] ?? refused
          if (Option.isNone(bound)) return unreadable
          return bound.value.has(boundPath(target)) ? { _tag: "bound" } : refused
        })
      }),
  })
})

/** The check on this machine. */
export const layer: Layer.Layer<SocketListeners, never, KernelSockets | UnixSocket> = Layer.effect(
  SocketListeners,
  make,
)
