/** The errors of an i3 IPC connection and of a request on it. */
import * as Data from "effect/Data"
import { type ConnectionFault, isConnectionFault, type RequestFault } from "./IpcFaults.ts"

/**
 * A connection has ended. The fields are those of the {@link ConnectionFault}.
 *
 * @example
 * import { ConnectionLost, type RequestError } from "i3pm"
 *
 * const hasCrashed = ({ cause }: RequestError) => cause instanceof ConnectionLost && cause.reason === "Eof"
 */
export class ConnectionLost extends Data.TaggedError("ConnectionLost")<ConnectionFault> {}

/**
 * A request got no reply, or the compositor refuses an event. The fields are those of the {@link RequestFault}.
 *
 * @example
 * import * as Effect from "effect/Effect"
 * import { type RequestError, Sway } from "i3pm"
 *
 * const isGone = ({ reason }: RequestError) => reason === "NotConnected" || reason === "ConnectionLost"
 *
 * const windows = Effect.flatMap(Sway, ({ tree }) => tree).pipe(
 *   Effect.map(tree => tree.windows.length),
 *   // A service lives on while there is no compositor.
 *   Effect.catchIf(isGone, () => Effect.succeed(0)),
 * )
 */
export class RequestError extends Data.TaggedError("RequestError")<RequestFault> {}

/** The error for a fault. If the connection has ended, its `cause` is a {@link ConnectionLost}. */
export const requestError = (fault: RequestFault): RequestError =>
  new RequestError(isConnectionFault(fault.cause) ? { ...fault, cause: new ConnectionLost(fault.cause) } : fault)
