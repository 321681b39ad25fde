/** One client of a line server: its lines in, its answers out, and the fibers that live and die with it. */
import type { Socket } from "node:net"
import * as Cause from "effect/Cause"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FiberSet from "effect/FiberSet"
import * as Mailbox from "effect/Mailbox"
import * as Option from "effect/Option"
import { type LineItem, LineReader } from "./LineReader.ts"

/** Longest line from a client, in bytes without its end. */
export const MAX_LINE = 64 * 1024

/** A client that has more bytes than this unread when something more is to be sent is destroyed. */
export const MAX_UNREAD = 1024 * 1024

/** Lines that wait for their answers before no more are read. One chunk (64 KiB) may go beyond it. */
const MAX_QUEUED = 64

/** Beyond this many unread bytes a client gets one turn of the event loop per answer, to show that it reads. */
const CROWDED = 256 * 1024

/** What a client may still send after a line that was too long, before it is destroyed: it should see why. */
const MAX_DISCARDED = 1024 * 1024

/** The lines that are sent when there is nothing to hand on. They are in the caller's protocol, without newline. */
export interface ErrorLines {
  /** A line over {@link MAX_LINE}: sent after the answers to the lines before it, then the stream ends. */
  readonly tooLong: string
  /** A line that is no UTF-8; the connection goes on. */
  readonly notUtf8: string
  /** Sent to a client that has to go because there are too many. */
  readonly tooMany: string
}

/** A client as those see it who answer it. The same object for each of its lines. */
export interface LineClient {
  /** Sends a line that nobody asked for. False when the client is gone, or is dropped because it does not read. */
  readonly push: (line: string) => Effect.Effect<boolean>
  /** Runs `work` until it ends or the client goes, whichever is first. Meanwhile the client does not count as idle. */
  readonly fork: (work: Effect.Effect<void>) => Effect.Effect<void>
  /** Waits until the connection is gone. */
  readonly closed: Effect.Effect<void>
}

/** What a client needs of its server. `begin` and `finish` frame everything that is in work for it. */
export interface ClientHost<R> {
  readonly lines: ErrorLines
  readonly onLine: (line: string, client: LineClient) => Effect.Effect<string | undefined, never, R>
  readonly onClientError: (cause: Cause.Cause<never>) => Effect.Effect<void>
  readonly begin: () => void
  readonly finish: () => void
}

const nextTurn: Effect.Effect<void> = Effect.async(resume => {
  const turn = setImmediate(() => resume(Effect.void))
  return Effect.sync(() => clearImmediate(turn))
})

const sendTo = (socket: Socket, line: string): boolean => {
  if (!socket.writable) return false
  if (socket.writableLength > MAX_UNREAD) {
    socket.destroy()
    return false
  }
  socket.write(`${line}\n`)
  return true
}

/** Reads lines into a mailbox, and holds the socket back when too many wait. */
const attach = (socket: Socket, onItem: (item: LineItem) => void, onEnd: () => void) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      let discarded = 0
      let deaf = false
      const reader = new LineReader(MAX_LINE, item => {
        if (deaf) return
        deaf = item.kind === "tooLong"
        onItem(item)
        if (deaf) onEnd()
      })
      socket.on("data", chunk => {
        if (!deaf) return reader.push(chunk)
        discarded += chunk.length
        if (discarded > MAX_DISCARDED) socket.destroy()
      })
      socket.on("end", () => {
        reader.end()
        onEnd()
      })
    }),
    () => Effect.sync(() => socket.destroy()),
  )

/**
 * Serves one accepted connection (`allowHalfOpen`) until it is gone; the socket is destroyed then, and every fiber of the
 * client has ended. Lines are answered one after the other. A client that ends its side gets the answers to what it had
 * asked, then the end of the stream, also where it watches something. A defect of `onLine` costs the client its
 * connection, and nobody else anything.
 */
export const serve = <R>(socket: Socket, host: ClientHost<R>): Effect.Effect<void, never, R> =>
  Effect.scoped(
    Effect.gen(function* () {
      const closed = yield* Deferred.make<void>()
      const items = yield* Mailbox.make<LineItem>()
      const fibers = yield* FiberSet.make<void, never>()
      const waiting = () => Option.getOrElse(items.unsafeSize(), () => 0)
      const finished = Effect.sync(host.finish)
      const report = (cause: Cause.Cause<never>) =>
        Cause.isInterruptedOnly(cause) ? Effect.void : host.onClientError(cause)

      socket.on("close", () => Deferred.unsafeDone(closed, Exit.void))
      if (socket.destroyed) return
      yield* attach(
        socket,
        item => {
          host.begin()
          items.unsafeOffer(item)
          if (waiting() > MAX_QUEUED) socket.pause()
        },
        () => items.unsafeDone(Exit.void),
      )

      const client: LineClient = {
        push: line => Effect.sync(() => sendTo(socket, line)),
        fork: work =>
          Effect.sync(host.begin).pipe(
            Effect.zipRight(
              FiberSet.run(
                fibers,
                Effect.interruptible(work).pipe(Effect.catchAllCause(report), Effect.ensuring(finished)),
              ),
            ),
            // Whatever begins also finishes.
            Effect.uninterruptible,
            Effect.asVoid,
          ),
        closed: Deferred.await(closed),
      }

      const reply = (item: LineItem) => {
        const text = item.kind === "line" ? host.onLine(item.text, client) : Effect.succeed(host.lines[item.kind])
        return Effect.tap(text, line => {
          if (line !== undefined) sendTo(socket, line)
          return socket.writableLength > CROWDED ? nextTurn : Effect.void
        })
      }
      const answers = Effect.forever(
        Effect.flatMap(items.take, item => {
          if (socket.isPaused() && waiting() < MAX_QUEUED) socket.resume()
          return Effect.ensuring(
            Effect.suspend(() => reply(item)),
            finished,
          )
        }),
      ).pipe(
        Effect.catchTag("NoSuchElementException", () => Effect.void),
        // What it watches could hold its place for ever, once it has said that it wants no more.
        Effect.andThen(FiberSet.clear(fibers)),
        Effect.andThen(() => {
          socket.end()
          // Only one who reads sees the other's end.
          socket.resume()
          return Effect.never
        }),
        Effect.catchAllCause(report),
      )
      yield* Effect.raceFirst(answers, Deferred.await(closed))
    }),
  )
