/** The errors of an i3 IPC connection and of a request on it. */
import * as Data from "effect/Data"
import { type ConnectionFault, isConnectionFault, type RequestFault } from "./IpcFaults.ts"

/** A connection has ended. The fields are those of the {@link ConnectionFault}. */
export class ConnectionLost extends Data.TaggedError("ConnectionLost")<ConnectionFault> {}

/** A request got no reply. The fields are those of the {@link RequestFault}. */
export class RequestError extends Data.TaggedError("RequestError")<RequestFault> {}

/** The error for a fault. If the connection has ended, its `cause` is a {@link ConnectionLost}. */
export const requestError = (fault: RequestFault): RequestError =>
  new RequestError(isConnectionFault(fault.cause) ? { ...fault, cause: new ConnectionLost(fault.cause) } : fault)
