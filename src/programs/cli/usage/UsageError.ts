/** Arguments that the command tree does not allow. */
import * as Data from "effect/Data"
import { explain, type UsageReason } from "./wrong.ts"

/** Wrong usage. `command` is the whole name of the command: `i3pm diagnose sockets`. */
export class UsageError extends Data.TaggedError("UsageError")<{
  readonly reason: UsageReason
  readonly command: string
  readonly message: string
}> {}

/** Makes the error. `what` says what is wrong; the message adds a pointer to the command's `--help`. */
export const usageError = (reason: UsageReason, command: string, what: string): UsageError =>
  new UsageError({ reason, command, message: explain(command, what) })
