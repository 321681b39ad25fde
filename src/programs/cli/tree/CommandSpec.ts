/**
 * The command tree with whole names. Completions, man page, help and the reader of command lines are made from it. Pure.
 */
import { type Argument, type Definition, type Example, isGroup, type Option } from "./define.ts"
import type { ValueSpec } from "./valueSpec.ts"

/** An option of any command. */
export type OptionSpec = Option<unknown>

/** An argument of any command: words that are not options. */
export type ArgumentSpec = Argument<unknown>

/** A command with its whole name and its subcommands. */
export interface CommandSpec {
  /** The description that it was made from: of a command with subcommands that does something by itself, what it does alone. */
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

/** The whole name of a command: `i3pm diagnose sockets`. */
export const nameOf = ({ path }: CommandSpec): string => path.join(" ")

/** The option with this name, short or long, with its dashes. */
export const optionNamed = ({ options }: CommandSpec, name: string): OptionSpec | undefined =>
  options.find(({ names }) => names.includes(name))

/** The options of a command, and those of the root, which every command understands. If both have one, the command's counts. */
export const understoodBy = (command: CommandSpec, root: CommandSpec): ReadonlyArray<OptionSpec> => [
  ...command.options,
  ...root.options.filter(({ names }) => optionNamed(command, names.at(-1) ?? "") === undefined),
]

/** The first sentence of a description, without its full stop. */
const sentenceOf = ({ description }: { readonly description: string }): string =>
  /^.*?(?=\.(?:\s|$)|$)/s.exec(description)?.[0] ?? description

/** The part of a description that fits beside a name: up to its first full stop, colon or semicolon. */
export const summaryOf = ({ description }: { readonly description: string }): string =>
  /^.*?(?=[.:;](?:\s|$)|$)/s.exec(description)?.[0] ?? description

/** Characters that fit beside a word on the line of a shell. */
const BRIEF = 80

/** What a shell shows beside a word: the first sentence of a description, or its beginning if it is long. */
export const briefOf = (described: { readonly description: string }): string => {
  const sentence = sentenceOf(described)
  return sentence.length <= BRIEF ? sentence : summaryOf(described)
}

/** The parts of a usage line after the command's name: `[--socket PATH]`, `UNIT...`. `--help` is left out. */
export const usageParts = ({ arguments: args, commands, definition, options }: CommandSpec): ReadonlyArray<string> => {
  const several = (text: string, { repeated, required }: { readonly repeated: boolean; readonly required: boolean }) =>
    `${required ? text : `[${text}]`}${repeated ? "..." : ""}`
  const own = options.filter(({ names }) => !names.includes("--help"))
  return [
    ...(commands.length > 0 ? [isGroup(definition) ? "COMMAND" : "[COMMAND]"] : []),
    ...own.map(option => {
      const name = option.names[0] ?? ""
      return several(option.value === undefined ? name : `${name} ${option.value.placeholder}`, option)
    }),
    ...args.map(arg => several(arg.placeholder, arg)),
  ]
}

/** The allowed values; empty if the description already names them all. */
export const unsaidChoices = (value: ValueSpec | undefined, description: string): ReadonlyArray<string> =>
  value === undefined || value.choices.every(choice => description.includes(choice)) ? [] : value.choices
