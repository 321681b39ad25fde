/**
 * Says of many socket files at once whether somebody listens, and harms nobody by it.
 *
 * A stopped compositor has room for four connections that it has not accepted, and one that is given up stays among them. So
 * whoever stands in the kernel's list is believed without being asked; only where the list is silent is there a connection,
 * which ends at once. It too is in the list from then on, so that a listener in a namespace that can not be looked into is
 * knocked at once and not again. What is left: of several judges that knock there in the same instant each leaves one; and
 * a file that somebody has renamed or linked is in the list by its first name only, so that each look at it is a knock.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { type KernelSocket, KernelSockets } from "./KernelSockets.ts"
import type { FileKind, Listener } from "./sockets/Verdict.ts"
import { reasonOf, UnixSocket } from "./UnixSocket.ts"

/** A file, and what kind of file it is. */
export interface Target {
  readonly path: string
  readonly file: FileKind
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

const fromKnock = (path: string, errno: string | undefined): Listener => {
  if (errno === undefined) return { _tag: "accepted" }
  const [reason, text] = reasonOf(errno)
  if (reason === "Refused") return { _tag: "refused" }
  return reason === "QueueFull" ? { _tag: "full" } : { _tag: "unknown", detail: `can not connect to ${path}: ${text}` }
}

const fromKernel = ({ bound, listener, waiting }: KernelSocket): Listener | undefined => {
  if (Option.isSome(listener) || waiting > 0) return { _tag: "accepted" }
  return bound ? { _tag: "bound" } : undefined
}

/** What can be said without a knock; `undefined` where it takes one. */
const unasked = ({ file }: Target, known: KernelSocket | undefined): Listener | undefined => {
  // Nobody can listen on what is no socket: the kernel may still have its path, from a file that lay there before.
  if (file === "file") return { _tag: "refused" }
  if (file !== "socket") return { _tag: "unasked" }
  return known === undefined ? undefined : fromKernel(known)
}

export const make = Effect.gen(function* () {
  const kernel = yield* KernelSockets
  const socket = yield* UnixSocket

  return SocketListeners.of({
    look: targets =>
      Effect.gen(function* () {
        const sockets = targets.filter(({ file }) => file === "socket").map(({ path }) => path)
        const known = yield* sockets.length === 0 ? Effect.succeed(new Map()) : kernel.lookUp(sockets)
        const seen = targets.map(target => unasked(target, known.get(target.path)))
        const silent = targets.filter((_, index) => seen[index] === undefined).map(({ path }) => path)
        const knocked = (yield* socket.knock(silent)).values()
        return targets.map(({ path }, index) => seen[index] ?? fromKnock(path, knocked.next().value))
      }),
  })
})

export const layer: Layer.Layer<SocketListeners, never, KernelSockets | UnixSocket> = Layer.effect(
  SocketListeners,
  make,
)
