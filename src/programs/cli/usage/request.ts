/**
 * Finds out what a command line asks for. It has its own reader: the messages of `@effect/cli` name neither the option nor the
 * command, and loading it takes five times as long as a fast command runs. Both use the same description of the commands, and a
 * test compares them. Pure.
 */
import { completionsOption, type Shell, shells } from "../catalogue/root.ts"
import type { CommandSpec, OptionSpec } from "../tree/CommandSpec.ts"
import { isGroup } from "../tree/define.ts"
import { wrapped } from "../tree/wrapped.ts"
import { checkPositional, type Reading, read } from "./reading.ts"
import type { Wrong } from "./wrong.ts"

/** The given values by their keys in the description: a boolean for a flag, a text or `undefined`, or a list of texts. */
export type Values = Readonly<Record<string, boolean | string | ReadonlyArray<string> | undefined>>

/** What a command line asks for. `words` of `Run` are the same values as arguments for `@effect/cli`, without the program's name. */
export type Request =
  | { readonly _tag: "Help"; readonly command: CommandSpec }
  | { readonly _tag: "Version" }
  | { readonly _tag: "Completions"; readonly shell: Shell }
  | {
      readonly _tag: "Run"
      readonly command: CommandSpec
      readonly values: Values
      readonly words: ReadonlyArray<string>
    }
  | Wrong

const isHelp = (word: string) => word === "--help" || word === "-h"

/** The command that these words name. Other words are skipped. */
const commandIn = (root: CommandSpec, words: ReadonlyArray<string>): CommandSpec =>
  words.reduce((command, word) => command.commands.find(({ path }) => path.at(-1) === word) ?? command, root)

const valueOf = ({ repeated, value }: OptionSpec, given: ReadonlyArray<string> | undefined) => {
  if (repeated) return given ?? []
  return value === undefined ? given !== undefined : given?.[0]
}

const valuesOf = ({ command, given, positional }: Reading): Values => {
  const { definition } = command
  if (isGroup(definition)) return {}
  const options = Object.entries(definition.options).map(([key, option]) => [key, valueOf(option, given.get(option))])
  // No command has more than one kind of argument, so that one takes all the words.
  const [argument] = Object.keys(definition.arguments)
  return { ...Object.fromEntries(options), ...(argument === undefined ? {} : { [argument]: positional }) }
}

/** The words for `@effect/cli`: options by their first names, since it reserves `--log-level` for itself, then `--` and arguments. */
const wordsOf = ({ command, given, positional }: Reading): ReadonlyArray<string> => {
  const [argument] = command.arguments
  const options = command.options.flatMap(option =>
    (given.get(option) ?? []).flatMap(value => {
      const [name = ""] = option.names
      return option.value === undefined ? [name] : [name, wrapped(option.value, value)]
    }),
  )
  const words = argument === undefined ? positional : positional.map(word => wrapped(argument, word))
  return [...command.path.slice(1), ...options, ...(words.length === 0 ? [] : ["--", ...words])]
}

/** What `args`, without node and script, ask for. `--help` has precedence, even if other words are wrong. */
export const requestOf = (root: CommandSpec, args: ReadonlyArray<string>): Request => {
  const dashes = args.indexOf("--")
  const free = dashes < 0 ? args : args.slice(0, dashes)
  if (free.some(isHelp)) return { _tag: "Help", command: commandIn(root, free) }
  const reading = read(root, args)
  if ("_tag" in reading) return reading
  const { command, given } = reading
  const isGiven = (name: string) => [...given.keys()].some(({ names }) => names.includes(name))
  // In a cluster such as `-qh`.
  if (isGiven("--help")) return { _tag: "Help", command }
  const [asked] = given.get(completionsOption) ?? []
  const shell = shells.find(each => each === asked)
  if (shell !== undefined) return { _tag: "Completions", shell }
  if (isGiven("--version")) return { _tag: "Version" }
  // A group without a subcommand shows its help, as in gh.
  if (isGroup(command.definition)) return { _tag: "Help", command }
  return checkPositional(reading) ?? { _tag: "Run", command, values: valuesOf(reading), words: wordsOf(reading) }
}
