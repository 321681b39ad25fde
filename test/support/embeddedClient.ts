/** A client that looks at bytes and at how a connection ends, where `rawIpc.ts` looks at frames. Real time, real sockets. */
import { Socket } from "node:net"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Scope from "effect/Scope"
import {
  type EmbeddedCompositorOptions,
  type EmbeddedCompositorShape,
  make,
} from "../../src/layers/embedded/EmbeddedCompositor.ts"
import { encodeUnbounded } from "../../src/layers/ipc/Frame.ts"
import { type RequestName, requestTypes } from "../../src/layers/ipc/Message.ts"
import { errnoOf } from "../../src/layers/system/errno.ts"
import { makeScratchDir } from "./TestUser.ts"

/** An embedded compositor on a path of its own; both are gone with the scope. */
export const startEmbedded = (
  options: Omit<EmbeddedCompositorOptions, "socketPath"> = {},
): Effect.Effect<EmbeddedCompositorShape, never, Scope.Scope> =>
  Effect.flatMap(makeScratchDir, directory =>
    Effect.orDie(make({ ...options, socketPath: `${directory}/sway-ipc.1000.1234.sock` })),
  )

export interface ByteClient {
  readonly socket: Socket
  /** All that has been received, and in how many chunks. */
  readonly received: () => Buffer
  readonly chunks: () => number
  /** How it ended: `EOF`, or an errno. */
  readonly ended: Effect.Effect<string>
  readonly ask: (name: RequestName, payload?: string) => Effect.Effect<void>
}

/** Connects. With `reads: false` nothing is ever read. Destroyed with the scope. Fails with the errno. */
export const connectBytes = (
  path: string,
  options: { readonly reads?: boolean } = {},
): Effect.Effect<ByteClient, string, Scope.Scope> =>
  Effect.gen(function* () {
    const ended = yield* Deferred.make<string>()
    const parts: Array<Buffer> = []
    const end = (how: string) => Deferred.unsafeDone(ended, Exit.succeed(how))
    const socket = yield* Effect.acquireRelease(
      Effect.async<Socket, string>(resume => {
        const connecting = new Socket({ allowHalfOpen: true })
        connecting.on("error", cause => {
          end(errnoOf(cause))
          resume(Effect.fail(errnoOf(cause)))
        })
        connecting.connect(path, () => resume(Effect.succeed(connecting)))
      }),
      connected => Effect.sync(() => connected.destroy()),
    )
    if (options.reads !== false) socket.on("data", chunk => parts.push(chunk))
    socket.on("end", () => {
      end("EOF")
      socket.destroy()
    })
    socket.on("close", () => end("closed"))
    return {
      socket,
      received: () => Buffer.concat(parts),
      chunks: () => parts.length,
      ended: Deferred.await(ended),
      ask: (name, payload = "") => Effect.sync(() => void socket.write(encodeUnbounded(requestTypes[name], payload))),
    }
  })

/** What connect(2) says: `connected`, or an errno. */
export const connectResult = (path: string): Effect.Effect<string> =>
  Effect.scoped(Effect.merge(Effect.as(connectBytes(path), "connected")))
