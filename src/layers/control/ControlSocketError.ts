/** Why the path of the control socket cannot be used. */
import * as Data from "effect/Data"
import { denied, noSpace, systemFailure } from "../system/errno.ts"

/**
 * The path of the control socket cannot be used. `path` is the socket or its directory, whichever is the problem.
 *
 * - `InUse`: another process listens there, `pid` if it is known. `Unstable`: other processes keep replacing the file.
 * - `NotASocket`, `NotADirectory`: there is another kind of file, for example a link. It is never removed.
 * - `WrongOwner`: it belongs to another user. `Unknown`: the check for a listener failed, see `cause`.
 * - `NoDirectory`: the parent of the directory is missing. `PathTooLong`: see unix(7).
 * - `Denied`, `NoSpace`, `Other`: an error of the system, see `cause`.
 */
export class ControlSocketError extends Data.TaggedError("ControlSocketError")<{
  readonly reason:
    | "InUse"
    | "Unstable"
    | "NotASocket"
    | "NotADirectory"
    | "WrongOwner"
    | "NoDirectory"
    | "Denied"
    | "NoSpace"
    | "PathTooLong"
    | "Unknown"
    | "Other"
  readonly path: string
  readonly pid: number | undefined
  readonly message: string
  readonly cause: unknown
}> {}

type Reason = ControlSocketError["reason"]

/** The error with this message. */
export const socketError = (
  reason: Reason,
  path: string,
  message: string,
  cause?: unknown,
  pid?: number,
): ControlSocketError => new ControlSocketError({ reason, path, pid, message, cause })

const reasons = { ...denied, ...noSpace, ENOENT: "NoDirectory", ENOTDIR: "NotADirectory" } as const

/** An error of the system. `attempt` is the action, such as `remove`. */
export const systemError =
  (attempt: string, path: string) =>
  (cause: unknown): ControlSocketError =>
    new ControlSocketError({ ...systemFailure({ attempt, path, cause, reasons }), pid: undefined })
