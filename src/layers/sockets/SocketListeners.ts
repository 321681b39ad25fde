/**
 * Says of many socket files at once whether somebody listens, and harms nobody by it.
 *
 * A stopped compositor has room for four connections that it has not accepted, and one that is given up stays among them. So
 * nobody connects: the kernel is asked whether it would. Where it says that nobody listens, its list tells whether somebody
 * has bound the socket and is about to. What is left: of a compositor in namespaces that can not be looked into the list
 * says nothing, so that between bind and listen its socket looks like one that is left behind.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { KernelSockets } from "../system/KernelSockets.ts"
import type { KernelSocket } from "../system/kernelList.ts"
import { connectError, UnixSocket } from "../system/UnixSocket.ts"
import type { FileKind, Listener } from "./Verdict.ts"

/** A file, and what kind of file it is. */
export interface Target {
  readonly path: string
  readonly file: FileKind
  /** Where it was bound, when it has been moved since: the kernel's list has that path. */
  readonly boundAt?: string | undefined
}

export class SocketListeners extends Context.Tag("i3pm/SocketListeners")<
  SocketListeners,
  {
    /**
     * What is known of each target, in their order: `accepted`, `bound`, `refused` or `unknown`. Links, directories and what is
     * missing are `unasked`. Whether a target may be asked at all is its caller's business.
     */
    readonly look: (targets: ReadonlyArray<Target>) => Effect.Effect<ReadonlyArray<Listener>>
  }
>() {}

const refused: Listener = { _tag: "refused" }

const nobody: ReadonlyMap<string, KernelSocket> = new Map()

const unreadable: Listener = { _tag: "unknown", detail: "nobody listens, and /proc/net/unix can not be read" }

const fromKnock = (path: string, errno: string | undefined): Listener => {
  if (errno === undefined) return { _tag: "accepted" }
  const { message, reason } = connectError(path, { code: errno })
  if (reason === "Refused") return refused
  return reason === "QueueFull" ? { _tag: "full" } : { _tag: "unknown", detail: message }
}

const boundPath = ({ boundAt, path }: Target) => boundAt ?? path

export const make = Effect.gen(function* () {
  const kernel = yield* KernelSockets
  const socket = yield* UnixSocket

  /** Nobody can listen on what is no socket; whatever else is no socket is not asked. */
  const knock = (targets: ReadonlyArray<Target>) =>
    Effect.gen(function* () {
      const sockets = targets.filter(({ file }) => file === "socket").map(({ path }) => path)
      const answers = (yield* socket.dryConnect(sockets)).values()
      return targets.map(({ file, path }): Listener => {
        if (file === "socket") return fromKnock(path, answers.next().value)
        return file === "file" ? refused : { _tag: "unasked" }
      })
    })

  /** After the knock: whoever had bound it by then is in the list by now, whether he listens yet or not. */
  const findBound = (targets: ReadonlyArray<Target>) =>
    targets.length === 0 ? Effect.succeedSome(nobody) : kernel.lookUp(targets.map(boundPath))

  return SocketListeners.of({
    look: targets =>
      Effect.gen(function* () {
        const seen = yield* knock(targets)
        const inQuestion = ({ file }: Target, index: number) => file === "socket" && seen[index] === refused
        const bound = yield* findBound(targets.filter(inQuestion))
        return targets.map((target, index): Listener => {
          if (!inQuestion(target, index)) return seen[index] ?? refused
          if (Option.isNone(bound)) return unreadable
          return bound.value.has(boundPath(target)) ? { _tag: "bound" } : refused
        })
      }),
  })
})

export const layer: Layer.Layer<SocketListeners, never, KernelSockets | UnixSocket> = Layer.effect(
  SocketListeners,
  make,
)
