/** A client of the server, as the handler of its lines sees it, with the limits and the error lines of its connection. Pure. */
import type * as Effect from "effect/Effect"

/** The longest line that a client may send, in bytes without its end. */
export const MAX_LINE = 64 * 1024

/** A client with more unread bytes is dropped when something is sent to it. */
export const MAX_UNREAD = 1024 * 1024

/** The lines for errors of the server itself, in the protocol of the caller, without newline. */
export interface ErrorLines {
  /** For a line over {@link MAX_LINE}. Sent after the answers to the lines before it; then the stream ends. */
  readonly tooLong: string
  /** For a line that is not UTF-8. The connection stays open. */
  readonly notUtf8: string
  /** For a client that is evicted because there are too many. */
  readonly tooMany: string
}

/** One client. It is the same object for all of its lines. */
export interface ConnectedClient {
  /** Sends a line that is not an answer. False if the client is gone, or is dropped now since it does not read. */
  readonly push: (line: string) => Effect.Effect<boolean>
  /** Runs `work` in the background until it ends or the client is gone. Meanwhile the client does not count as idle. */
  readonly fork: (work: Effect.Effect<void>) => Effect.Effect<void>
  /** Waits until the connection is gone. */
  readonly closed: Effect.Effect<void>
}
