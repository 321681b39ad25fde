/** Wrong usage as plain data, since the fast path does not load Effect's errors. Pure. */
import { type CommandSpec, nameOf } from "../tree/CommandSpec.ts"

/**
 * `UnknownCommand`, `UnknownOption`: there is no command or option of that name. `MissingValue`: an option without its value.
 * `BadValue`: the value is not allowed. `RepeatedOption`: the option may be given only once. `MissingArgument`,
 * `UnexpectedArgument`: too few or too many arguments.
 */
export type UsageReason =
  | "UnknownCommand"
  | "UnknownOption"
  | "MissingValue"
  | "BadValue"
  | "RepeatedOption"
  | "MissingArgument"
  | "UnexpectedArgument"

/** Wrong usage of `command`. The message ends with a pointer to its `--help`. */
export interface Wrong {
  readonly _tag: "Wrong"
  readonly reason: UsageReason
  readonly command: CommandSpec
  readonly message: string
}

/** The message for wrong usage. `name` is the whole name of the command: `i3pm diagnose sockets`. */
export const explain = (name: string, what: string): string => `${what} (see ${name} --help)`

/** Makes a {@link Wrong}. `what` says what is wrong. */
export const wrong = (reason: UsageReason, command: CommandSpec, what: string): Wrong => ({
  _tag: "Wrong",
  reason,
  command,
  message: explain(nameOf(command), what),
})
