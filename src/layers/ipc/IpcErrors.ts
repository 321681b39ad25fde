/** The errors of an i3 IPC connection and of a request on it. */
import * as Data from "effect/Data"
import type { RequestName } from "./Message.ts"

/**
 * A connection has ended.
 *
 * `Eof`: the peer closed it (exit, crash, kill). `Reset`: it broke. `Protocol`: the peer sent bytes that are not a frame, or a
 * reply without a request. `Closed`: this side closed it.
 */
export class ConnectionLost extends Data.TaggedError("ConnectionLost")<{
  readonly reason: "Eof" | "Reset" | "Protocol" | "Closed"
  readonly path: string
  readonly message: string
  readonly cause?: unknown
}> {}

/**
 * A request got no reply.
 *
 * `Timeout`: no reply within its deadline. `ConnectionLost`: the connection ended first, see `cause`. `TooLarge`: the payload is
 * larger than a compositor reads. `Unsupported`: this compositor ignores such a request. `Busy`: too many requests are in
 * flight. `InvalidReply`: the reply does not have the form that the protocol defines. `NotConnected`: there is no live compositor.
 */
export class RequestError extends Data.TaggedError("RequestError")<{
  readonly reason: "Timeout" | "ConnectionLost" | "TooLarge" | "Unsupported" | "Busy" | "InvalidReply" | "NotConnected"
  readonly request: RequestName
  readonly path: string | null
  readonly message: string
  readonly cause?: unknown
}> {}
