/** Arguments that the command tree does not allow. */
import * as Data from "effect/Data"
import { explain, type UsageReason } from "./wrong.ts"

/** Wrong usage of `command`, as it is typed. */
export class UsageError extends Data.TaggedError("UsageError")<{
  readonly reason: UsageReason
  readonly command: string
  readonly message: string
}> {}

/** What is wrong with the arguments of `command`, and where there is more. */
export const usageError = (reason: UsageReason, command: string, what: string): UsageError =>
  new UsageError({ reason, command, message: explain(command, what) })
