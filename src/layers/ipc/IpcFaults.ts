/** What can go wrong on an i3 IPC connection, as plain data. No Effect runtime: the CLI's fast path uses it. */
import type { RequestName } from "./Message.ts"

/**
 * A connection has ended.
 *
 * `Eof`: the peer closed it (exit, crash, kill). `Reset`: it broke. `Protocol`: the peer sent bytes that are not a frame, or a
 * reply without a request. `Closed`: this side closed it.
 */
export interface ConnectionFault {
  readonly reason: "Eof" | "Reset" | "Protocol" | "Closed"
  readonly path: string
  readonly message: string
  readonly cause?: unknown
}

const connectionReasons: ReadonlyArray<unknown> = ["Eof", "Reset", "Protocol", "Closed"]

/** True for the `cause` of a request that failed since its connection ended. */
export const isConnectionFault = (cause: unknown): cause is ConnectionFault =>
  typeof cause === "object" && cause !== null && "reason" in cause && connectionReasons.includes(cause.reason)

/**
 * A request got no reply.
 *
 * `Timeout`: none within its deadline. `ConnectionLost`: see `cause`. `TooLarge`: the payload is larger than a compositor reads.
 * `Unsupported`: this compositor ignores such a request, or refuses the event. `Busy`: too many requests are in flight. `InvalidReply`: the reply
 * does not have the form that the protocol defines. `NotConnected`: there is no live compositor.
 */
export interface RequestFault {
  readonly reason: "Timeout" | "ConnectionLost" | "TooLarge" | "Unsupported" | "Busy" | "InvalidReply" | "NotConnected"
  readonly request: RequestName
  readonly path: string | null
  readonly message: string
  readonly cause?: unknown
}

/** The payload of a reply, or why there is none. */
export type Outcome =
  | { readonly ok: true; readonly payload: Buffer }
  | { readonly ok: false; readonly fault: RequestFault }
