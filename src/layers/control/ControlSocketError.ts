/** Why the path of the control socket cannot be used. */
import * as Data from "effect/Data"
import { errnoOf } from "../system/errno.ts"

/**
 * The path of the control socket cannot be used. `path` is the socket or its directory, whichever is the problem.
 *
 * - `InUse`: another process listens there, `pid` if it is known. `Unstable`: the file changes all the time.
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

const reasons: Readonly<Record<string, readonly [Reason, string]>> = {
  ENOENT: ["NoDirectory", "its parent directory does not exist"],
  ENOTDIR: ["NotADirectory", "its parent is not a directory"],
  EACCES: ["Denied", "permission denied"],
  EPERM: ["Denied", "permission denied"],
  EROFS: ["Denied", "the file system is read-only"],
  ENOSPC: ["NoSpace", "the file system is full"],
  EDQUOT: ["NoSpace", "the disk quota is used up"],
}

/** An error of the system. `what` is the action, such as `cannot remove`. */
export const systemError =
  (what: string, path: string) =>
  (cause: unknown): ControlSocketError => {
    const [reason, text] = reasons[errnoOf(cause)] ?? (["Other", errnoOf(cause)] as const)
    return socketError(reason, path, `${what} ${path}: ${text}`, cause)
  }
