/**
 * What a command line asks for. Its own reader and not `@effect/cli`'s, whose messages name neither the option nor the command,
 * and which takes five times as long to load as the fast commands take to run. Both read the same description, and a test holds
 * them against each other. Pure.
 */
import { completionsOption, type Shell, shells } from "../catalogue/root.ts"
import type { CommandSpec, OptionSpec } from "../tree/CommandSpec.ts"
import { isGroup } from "../tree/define.ts"
import { wrapped } from "../tree/wrapped.ts"
import { checkPositional, type Reading, read } from "./reading.ts"
import type { Wrong } from "./wrong.ts"

/** What was given, by the names that the description has: a boolean, a text or `undefined`, or a list of texts. */
export type Values = Readonly<Record<string, boolean | string | ReadonlyArray<string> | undefined>>

/** `Run`: `words` are the same in the form that `@effect/cli` reads, without the program's name. */
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

/** The command that the words lead to, as far as they do. */
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
  // One argument at most, which takes all the words: there is no command with more.
  const [argument] = Object.keys(definition.arguments)
  return { ...Object.fromEntries(options), ...(argument === undefined ? {} : { [argument]: positional }) }
}

/** Options by their first names, since `@effect/cli` takes `--log-level` for itself, then the words behind `--`. */
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

/** What `args`, without node and script, ask for. Help is given before anything is held against the rest. */
export const requestOf = (root: CommandSpec, args: ReadonlyArray<string>): Request => {
  const dashes = args.indexOf("--")
  const free = dashes < 0 ? args : args.slice(0, dashes)
  if (free.some(isHelp)) return { _tag: "Help", command: commandIn(root, free) }
  const reading = read(root, args)
  if ("_tag" in reading) return reading
  const { command, given } = reading
  const [asked] = given.get(completionsOption) ?? []
  const shell = shells.find(each => each === asked)
  if (shell !== undefined) return { _tag: "Completions", shell }
  if ([...given.keys()].some(({ names }) => names.includes("--version"))) return { _tag: "Version" }
  // As gh and git have it: who names a group of commands wants to know what is in it.
  if (command.commands.length > 0) return { _tag: "Help", command }
  return checkPositional(reading) ?? { _tag: "Run", command, values: valuesOf(reading), words: wordsOf(reading) }
}
