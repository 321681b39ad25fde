/**
 * The wire as a test needs it: bytes in and out of a Unix socket with nothing of the code under test between, but for the
 * frame codec. Real time, so that it works below a TestClock.
 */
import { Socket } from "node:net"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Mailbox from "effect/Mailbox"
import type * as Scope from "effect/Scope"
import { encodeUnbounded, type Frame, FrameDecoder } from "../../src/layers/ipc/Frame.ts"
import { EVENT_BIT, type RequestName, requestTypes } from "../../src/layers/ipc/Message.ts"
import { HarnessError } from "./TestUser.ts"

/** One open connection. Frames of events and of replies come in two mailboxes; both are done when the peer closes. */
export interface RawIpc {
  readonly events: Mailbox.ReadonlyMailbox<Frame>
  readonly replies: Mailbox.ReadonlyMailbox<Frame>
  /** Writes bytes as they are. */
  readonly write: (bytes: Uint8Array) => Effect.Effect<void>
  /** Sends a request and takes the next reply's JSON; fails when that replies to another request, or the peer closes. */
  readonly request: (name: RequestName, payload?: string) => Effect.Effect<unknown, HarnessError>
}

const json = (frame: Frame): unknown => JSON.parse(frame.payload.toString("utf8"))

const open = (path: string) =>
  Effect.acquireRelease(
    Effect.async<Socket, HarnessError>(resume => {
      const socket = new Socket()
      socket.once("error", cause => {
        socket.destroy()
        resume(Effect.fail(new HarnessError({ message: `can not connect to ${path}: ${cause.message}` })))
      })
      socket.connect(path, () => resume(Effect.succeed(socket)))
      return Effect.sync(() => socket.destroy())
    }),
    // Never end(): sway spins on a client that half-closes.
    socket => Effect.sync(() => socket.destroy()),
  )

/** Connects; the connection is destroyed at the end of the scope. */
export const connect = (path: string): Effect.Effect<RawIpc, HarnessError, Scope.Scope> =>
  Effect.gen(function* () {
    const socket = yield* open(path)
    const events = yield* Mailbox.make<Frame>()
    const replies = yield* Mailbox.make<Frame>()
    const decoder = new FrameDecoder()
    const done = () => {
      events.unsafeDone(Exit.void)
      replies.unsafeDone(Exit.void)
    }
    socket.on("data", chunk => {
      const error = decoder.push(chunk, frame => {
        const mailbox = frame.type >= EVENT_BIT ? events : replies
        mailbox.unsafeOffer(frame)
      })
      if (error !== undefined) socket.destroy(new Error(error.message))
    })
    socket.on("error", done)
    socket.on("end", () => socket.destroy())
    socket.on("close", done)
    const write = (bytes: Uint8Array) => Effect.sync(() => void socket.write(bytes))
    return {
      events,
      replies,
      write,
      request: (name, payload = "") =>
        write(encodeUnbounded(requestTypes[name], payload)).pipe(
          Effect.zipRight(replies.take),
          Effect.mapError(() => new HarnessError({ message: `${path} closed before it replied to ${name}` })),
          Effect.filterOrFail(
            frame => frame.type === requestTypes[name],
            frame => new HarnessError({ message: `${path} replied to ${name} with type ${frame.type}` }),
          ),
          Effect.map(json),
        ),
    }
  })

/** One request over a connection of its own: the JSON of the reply. */
export const request = (path: string, name: RequestName, payload?: string): Effect.Effect<unknown, HarnessError> =>
  Effect.scoped(Effect.flatMap(connect(path), ipc => ipc.request(name, payload)))

/** The next event of a connection that has subscribed, as JSON with the number it had on the wire. */
export const nextEvent = (
  ipc: RawIpc,
): Effect.Effect<{ readonly type: number; readonly json: unknown }, HarnessError> =>
  ipc.events.take.pipe(
    Effect.map(frame => ({ type: frame.type, json: json(frame) })),
    Effect.catchAll(() => new HarnessError({ message: "the connection closed before another event came" })),
  )
