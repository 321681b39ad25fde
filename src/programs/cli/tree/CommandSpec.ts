/**
 * The command tree with its whole names: what completions, manual page, help and the reader of the arguments are made from. Pure.
 */
import type { Argument, Definition, Example, Option, ValueSpec } from "./define.ts"

/** An option of any command. */
export type OptionSpec = Option<unknown>

/** The words of any command that are no options. */
export type ArgumentSpec = Argument<unknown>

/** A command, its whole name, and those below it. */
export interface CommandSpec {
  /** What it was made from. */
  readonly definition: Definition
  /** The words that name it, the program's own name first. */
  readonly path: ReadonlyArray<string>
  readonly description: string
  readonly examples: ReadonlyArray<Example>
  readonly options: ReadonlyArray<OptionSpec>
  readonly arguments: ReadonlyArray<ArgumentSpec>
  readonly commands: ReadonlyArray<CommandSpec>
}

/** The command itself, then all below it, in the order of the help. */
export const allCommands = (command: CommandSpec): ReadonlyArray<CommandSpec> => [
  command,
  ...command.commands.flatMap(allCommands),
]

/** `i3pm diagnose sockets`. */
export const nameOf = ({ path }: CommandSpec): string => path.join(" ")

/** The option of this name, which may be any of its names. */
export const optionNamed = ({ options }: CommandSpec, name: string): OptionSpec | undefined =>
  options.find(({ names }) => names.includes(name))

/** The options of a command, and those of the root that every command understands. */
export const understoodBy = (command: CommandSpec, root: CommandSpec): ReadonlyArray<OptionSpec> => [
  ...command.options,
  ...root.options.filter(({ names }) => optionNamed(command, names.at(-1) ?? "") === undefined),
]

/** The first sentence of a description, without its full stop. */
export const sentenceOf = ({ description }: { readonly description: string }): string =>
  /^.*?(?=\.(?:\s|$)|$)/s.exec(description)?.[0] ?? description

/** The first sentence of a description, or what comes before its first colon or semicolon: what fits beside a name. */
export const summaryOf = ({ description }: { readonly description: string }): string =>
  /^.*?(?=[.:;](?:\s|$)|$)/s.exec(description)?.[0] ?? description

/** `[--socket PATH]`, `UNIT…` and what else a call consists of, without the command's name. */
export const usageParts = ({ arguments: args, commands, options }: CommandSpec): ReadonlyArray<string> => {
  const several = (text: string, { repeated, required }: { readonly repeated: boolean; readonly required: boolean }) =>
    `${required ? text : `[${text}]`}${repeated ? "..." : ""}`
  const own = options.filter(({ names }) => !names.includes("--help"))
  return [
    ...(commands.length > 0 ? ["COMMAND"] : []),
    ...own.map(option => {
      const name = option.names[0] ?? ""
      return several(option.value === undefined ? name : `${name} ${option.value.placeholder}`, option)
    }),
    ...args.map(arg => several(arg.placeholder, arg)),
  ]
}

/** The choices of a value, unless the description has them all already. */
export const unsaidChoices = (value: ValueSpec | undefined, description: string): ReadonlyArray<string> =>
  value === undefined || value.choices.every(choice => description.includes(choice)) ? [] : value.choices
