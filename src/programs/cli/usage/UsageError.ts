/** Arguments that the command tree does not allow. */
import * as Data from "effect/Data"

/**
 * Wrong usage. `UnknownCommand`, `UnknownOption`: there is none of that name. `MissingValue`: an option stands without its
 * value. `BadValue`: it is none of those there are. `RepeatedOption`: it can be given once. `MissingArgument`,
 * `UnexpectedArgument`: too few or too many words. `command` is the command that they were for, as it is typed.
 */
export class UsageError extends Data.TaggedError("UsageError")<{
  readonly reason:
    | "UnknownCommand"
    | "UnknownOption"
    | "MissingValue"
    | "BadValue"
    | "RepeatedOption"
    | "MissingArgument"
    | "UnexpectedArgument"
  readonly command: string
  readonly message: string
}> {}

/** What is wrong with the arguments of `command`, and where there is more. */
export const usageError = (reason: UsageError["reason"], command: string, what: string): UsageError =>
  new UsageError({ reason, command, message: `${what} (${command} --help tells more)` })
