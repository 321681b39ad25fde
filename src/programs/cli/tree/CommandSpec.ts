/**
 * The command tree as plain data: what completions, manual page, help and the check of the arguments are made from. Pure.
 */

/** What a shell can offer for a value, beside what the user types. */
export type Completion = "nothing" | "files" | "user units" | "variables" | ReadonlyArray<Word>

/** A word that can be completed, and what it means where the word does not say it; empty where it does. */
export interface Word {
  readonly word: string
  readonly meaning: string
}

/** The value of an option or an argument. */
export interface ValueSpec {
  /** As the help writes it: `PATH`. */
  readonly placeholder: string
  /** The only values there are; empty where any text is one, or where the command judges by itself. */
  readonly choices: ReadonlyArray<string>
  readonly completion: Completion
}

export interface OptionSpec {
  /** With its dashes, the long name last: `-t`, `--type`. */
  readonly names: ReadonlyArray<string>
  /** `undefined` for a flag. */
  readonly value: ValueSpec | undefined
  readonly description: string
  readonly repeated: boolean
  readonly required: boolean
}

export interface ArgumentSpec extends ValueSpec {
  readonly description: string
  readonly repeated: boolean
  readonly required: boolean
}

export interface CommandSpec {
  /** The words that name it, the program's own name first. */
  readonly path: ReadonlyArray<string>
  /** Without the examples. */
  readonly description: string
  /** Each with what the description says about it, which may be nothing. */
  readonly examples: ReadonlyArray<Example>
  readonly options: ReadonlyArray<OptionSpec>
  readonly arguments: ReadonlyArray<ArgumentSpec>
  readonly commands: ReadonlyArray<CommandSpec>
}

/** A command line to copy; `note` says what it is for, where that is not plain. */
export interface Example {
  readonly note: string
  readonly line: string
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
