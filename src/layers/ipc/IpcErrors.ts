/** How an i3 IPC connection, or a request on it, can fail. */
import * as Data from "effect/Data"
import type { RequestName } from "./Message.ts"

/**
 * A connection that carried requests has ended.
 *
 * `Eof`: the peer closed it (exit, crash, kill). `Reset`: it broke. `Protocol`: the peer sent bytes that are no IPC, or a
 * reply nobody asked for. `Closed`: this side closed its scope.
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
 * `Timeout`: none within its deadline. `ConnectionLost`: see `cause`. `TooLarge`: the payload is over what a compositor
 * reads. `Unsupported`: this compositor ignores such a request. `Busy`: too many requests wait already.
 * `InvalidReply`: the reply is not what the protocol promises. `NotConnected`: there is no live compositor now.
 */
export class RequestError extends Data.TaggedError("RequestError")<{
  readonly reason: "Timeout" | "ConnectionLost" | "TooLarge" | "Unsupported" | "Busy" | "InvalidReply" | "NotConnected"
  readonly request: RequestName
  readonly path: string | null
  readonly message: string
  readonly cause?: unknown
}> {}
