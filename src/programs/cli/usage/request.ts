/**
 * Reads a command line by the description of the commands: what it asks for, and what is wrong with it. Its own reader and not
 * `@effect/cli`'s, whose messages name neither the option nor the command, and which takes five times as long to load as the
 * fast commands take to run. Both read the same description, and a test holds them against each other. Pure.
 */
import { completionsOption, type Shell, shells } from "../catalogue/root.ts"
import {
  allCommands,
  type CommandSpec,
  nameOf,
  type OptionSpec,
  optionNamed,
  understoodBy,
} from "../tree/CommandSpec.ts"
import { isGroup, type ValueSpec } from "../tree/define.ts"
import { wrapped } from "../tree/wrapped.ts"
import { expandWord } from "./getopt.ts"
import { suggestion } from "./nearest.ts"

/** What was given, by the names that the description has: a boolean, a text or `undefined`, or a list of texts. */
export type Values = Readonly<Record<string, boolean | string | ReadonlyArray<string> | undefined>>

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

interface Reading {
  command: CommandSpec
  readonly positional: Array<string>
  /** The values of each option that was given. */
  readonly given: Map<OptionSpec, ReadonlyArray<string>>
}

/** What is said of wrong usage of a command: `name` is all the words that name it. */
export const explain = (name: string, what: string): string => `${what} (see ${name} --help)`

const wrong = (reason: UsageReason, command: CommandSpec, what: string): Wrong => ({
  _tag: "Wrong",
  reason,
  command,
  message: explain(nameOf(command), what),
})

const isGetopt = ({ definition }: CommandSpec) => !isGroup(definition) && definition.getopt

const checkChoice = (command: CommandSpec, what: string, { choices }: ValueSpec, text: string) =>
  choices.length === 0 || choices.includes(text)
    ? undefined
    : wrong("BadValue", command, `${what} is one of ${choices.join(", ")}, not ${JSON.stringify(text)}`)

/** The option that a word names. */
const find = (root: CommandSpec, { command }: Reading, name: string) =>
  understoodBy(command, root).find(({ names }) => names.includes(name))

/** An option's name, and the value that is in the same word: `--socket=PATH`, `-lLEVEL`. */
const parts = ({ command }: Reading, word: string): readonly [name: string, value: string | undefined] => {
  if (!word.startsWith("--")) {
    const short = word.slice(0, 2)
    const takes = word.length > 2 && optionNamed(command, short)?.value !== undefined
    return takes ? [short, word.slice(2)] : [word, undefined]
  }
  const equals = word.indexOf("=")
  return equals < 0 ? [word, undefined] : [word.slice(0, equals), word.slice(equals + 1)]
}

const keep = ({ command, given }: Reading, option: OptionSpec, value: string): Wrong | undefined => {
  const earlier = given.get(option)
  if (earlier !== undefined && !option.repeated && !isGetopt(command)) {
    return wrong("RepeatedOption", command, `${option.names.at(-1)} was given twice`)
  }
  given.set(option, option.repeated ? [...(earlier ?? []), value] : [value])
  return undefined
}

/** Takes one option and, where it has one, its value; gives how many words that were. */
const takeOption = (root: CommandSpec, reading: Reading, word: string, next: string | undefined): number | Wrong => {
  const { command } = reading
  const [name, attached] = parts(reading, word)
  const option = find(root, reading, name)
  if (option === undefined) {
    const known = understoodBy(command, root).flatMap(({ names }) => names.filter(each => each.startsWith("--")))
    const dashes = command.arguments.length === 0 ? "" : "; put -- before words that begin with a dash"
    return wrong("UnknownOption", command, `unknown option ${name}${suggestion(name, known) || dashes}`)
  }
  if (option.value === undefined) {
    if (attached !== undefined) {
      return wrong("BadValue", command, `${name} takes no value, so not ${JSON.stringify(attached)}`)
    }
    return keep(reading, option, "") ?? 1
  }
  const isMissing = next === undefined || next === "--" || find(root, reading, next) !== undefined
  const value = attached ?? (isMissing ? undefined : next)
  if (value === undefined) {
    return wrong("MissingValue", command, `${name} needs a value: ${name} ${option.value.placeholder}`)
  }
  const bad = checkChoice(command, name, option.value, value)
  return bad ?? keep(reading, option, value) ?? (attached === undefined ? 2 : 1)
}

/** A command that is named so elsewhere in the tree: `status` is `diagnose status`. */
const elsewhere = (root: CommandSpec, word: string) =>
  allCommands(root).flatMap(({ path }) => (path.at(-1) === word && path.length > 2 ? [path.slice(1).join(" ")] : []))

const takeWord = (root: CommandSpec, reading: Reading, word: string): Wrong | undefined => {
  const { command, positional } = reading
  if (command.commands.length === 0) {
    positional.push(word)
    return undefined
  }
  const child = command.commands.find(({ path }) => path.at(-1) === word)
  if (child === undefined) {
    const names = command.commands.map(({ path }) => path.at(-1) ?? "")
    const others = elsewhere(root, word)
    const hint = suggestion(word, names) || (others.length === 0 ? "" : `; did you mean ${others.join(" or ")}?`)
    return wrong("UnknownCommand", command, `unknown command ${JSON.stringify(word)}${hint}`)
  }
  reading.command = child
  return undefined
}

const checkPositional = ({ command, positional }: Reading): Wrong | undefined => {
  const { arguments: args } = command
  const last = args.at(-1)
  const extra = last?.repeated ? undefined : positional[args.length]
  if (extra !== undefined) {
    const takes = args.length === 0 ? "no argument" : `no more than ${args.length}`
    return wrong("UnexpectedArgument", command, `${nameOf(command)} takes ${takes}: ${JSON.stringify(extra)}`)
  }
  const absent = args.find(({ required }, at) => required && at >= positional.length)
  if (absent !== undefined) {
    return wrong("MissingArgument", command, `${nameOf(command)} needs ${absent.placeholder}`)
  }
  for (const [at, text] of positional.entries()) {
    const spec = args[at] ?? last
    const bad = spec === undefined ? undefined : checkChoice(command, spec.placeholder, spec, text)
    if (bad !== undefined) return bad
  }
  return undefined
}

const isHelp = (word: string) => word === "--help" || word === "-h"

/** The command that the words lead to, as far as they do. */
const commandIn = (root: CommandSpec, words: ReadonlyArray<string>): CommandSpec =>
  words.reduce((command, word) => command.commands.find(({ path }) => path.at(-1) === word) ?? command, root)

const read = (root: CommandSpec, args: ReadonlyArray<string>): Reading | Wrong => {
  const reading: Reading = { command: root, positional: [], given: new Map() }
  const words = [...args]
  for (let at = 0; at < words.length; ) {
    if (isGetopt(reading.command)) words.splice(at, 1, ...expandWord(words[at] ?? ""))
    const word = words[at] ?? ""
    if (word === "--") {
      reading.positional.push(...words.slice(at + 1))
      break
    }
    const isOption = word.startsWith("-") && word.length > 1
    const taken = isOption ? takeOption(root, reading, word, words[at + 1]) : (takeWord(root, reading, word) ?? 1)
    if (typeof taken !== "number") return taken
    at += taken
  }
  return reading
}

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
