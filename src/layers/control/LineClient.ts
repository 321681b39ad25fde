/** A client of a line server, as those see it who answer it. Pure. */
import type * as Effect from "effect/Effect"

/** Longest line from a client, in bytes without its end. */
export const MAX_LINE = 64 * 1024

/** A client that has more bytes than this unread when something more is to be sent is destroyed. */
export const MAX_UNREAD = 1024 * 1024

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
