/** Wrong usage as plain data: the fast path cannot load Effect's errors. Pure. */
import { type CommandSpec, nameOf } from "../tree/CommandSpec.ts"

/**
 * `UnknownCommand`, `UnknownOption`: there is none of that name. `MissingValue`: an option stands without its value. `BadValue`:
 * not one of the values that there are. `RepeatedOption`: it can be given once. `MissingArgument`, `UnexpectedArgument`: too few
 * or too many words.
 */
export type UsageReason =
  | "UnknownCommand"
  | "UnknownOption"
  | "MissingValue"
  | "BadValue"
  | "RepeatedOption"
  | "MissingArgument"
  | "UnexpectedArgument"

/** Wrong usage of `command`; the message says where there is more. */
export interface Wrong {
  readonly _tag: "Wrong"
  readonly reason: UsageReason
  readonly command: CommandSpec
  readonly message: string
}

/** What is said of wrong usage of a command: `name` is all the words that name it. */
export const explain = (name: string, what: string): string => `${what} (see ${name} --help)`

/** Wrong usage of this command. */
export const wrong = (reason: UsageReason, command: CommandSpec, what: string): Wrong => ({
  _tag: "Wrong",
  reason,
  command,
  message: explain(nameOf(command), what),
})
