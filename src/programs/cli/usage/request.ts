/**
 * What the arguments ask for, found out before `@effect/cli` reads them: its own messages name neither the option nor the
 * command, it takes a missing value for an unknown argument, and it keeps `--log-level` for itself. Pure.
 */
import * as Data from "effect/Data"
import * as Either from "effect/Either"
import { type Shell, shells } from "../tree/builtIns.ts"
import {
  type CommandSpec,
  nameOf,
  type OptionSpec,
  optionNamed,
  understoodBy,
  type ValueSpec,
} from "../tree/CommandSpec.ts"
import { suggestion } from "./nearest.ts"
import { UsageError, usageError } from "./UsageError.ts"

/** `Run`: these arguments are for the command tree. */
export type Request = Data.TaggedEnum<{
  Help: { readonly command: CommandSpec }
  Version: Record<never, never>
  Completions: { readonly shell: Shell }
  Run: { readonly args: ReadonlyArray<string> }
}>

export const Request = Data.taggedEnum<Request>()

interface Reading {
  command: CommandSpec
  readonly positional: Array<string>
  /** The words for the command tree, those of an option together. */
  readonly run: Array<ReadonlyArray<string>>
  /** Where in `run` each option is that was given. */
  readonly given: Map<OptionSpec, number>
  shell: Shell | undefined
  version: boolean
}

const wrong = (reason: UsageError["reason"], command: CommandSpec, what: string) =>
  usageError(reason, nameOf(command), what)

/** Named so by every command: `@effect/cli` takes it for itself unless it comes under its short name. */
const LOG_LEVEL = "--log-level"

const nameForTree = (name: string, option: OptionSpec) =>
  name === LOG_LEVEL ? (option.names.find(other => other.length === 2) ?? name) : name

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

/** Puts the words of an option where the command tree finds them; of `msg` the last one counts, as getopt has it. */
const keep = ({ command, given, run }: Reading, option: OptionSpec, ...words: ReadonlyArray<string>) => {
  const earlier = given.get(option)
  if (earlier !== undefined && !option.repeated) {
    if (command.path[1] !== "msg") return wrong("RepeatedOption", command, `${option.names.at(-1)} was given twice`)
    run[earlier] = []
  }
  given.set(option, run.push(words) - 1)
  return undefined
}

/** Takes one option and, where it has one, its value; gives how many words that were. */
const takeOption = (
  root: CommandSpec,
  reading: Reading,
  word: string,
  next: string | undefined,
): number | UsageError => {
  const { command } = reading
  const [name, attached] = parts(reading, word)
  const option = find(root, reading, name)
  if (option === undefined) {
    const known = understoodBy(command, root).flatMap(({ names }) => names.filter(each => each.startsWith("--")))
    const dashes = command.arguments.length === 0 ? "" : "; put -- before words that begin with a dash"
    const hint = suggestion(name, known) || dashes
    return wrong("UnknownOption", command, `${nameOf(command)} has no option ${name}${hint}`)
  }
  if (option.value === undefined) {
    reading.version ||= option.names.includes("--version")
    return keep(reading, option, word) ?? 1
  }
  const isMissing = next === undefined || next === "--" || find(root, reading, next) !== undefined
  const value = attached ?? (isMissing ? undefined : next)
  if (value === undefined) {
    return wrong("MissingValue", command, `${name} needs a value: ${name} ${option.value.placeholder}`)
  }
  const bad = checkChoice(command, name, option.value, value)
  if (bad !== undefined) return bad
  if (name === "--completions") reading.shell = shells.find(shell => shell === value)
  return keep(reading, option, nameForTree(name, option), value) ?? (attached === undefined ? 2 : 1)
}

const takeWord = (reading: Reading, word: string): UsageError | undefined => {
  const { command, positional, run } = reading
  run.push([word])
  if (command.commands.length === 0) {
    positional.push(word)
    return undefined
  }
  const child = command.commands.find(({ path }) => path.at(-1) === word)
  if (child === undefined) {
    const names = command.commands.map(({ path }) => path.at(-1) ?? "")
    const name = nameOf(command)
    return wrong("UnknownCommand", command, `there is no command ${name} ${word}${suggestion(word, names)}`)
  }
  reading.command = child
  return undefined
}

const checkPositional = ({ command, positional }: Reading): UsageError | undefined => {
  const { arguments: args } = command
  const last = args.at(-1)
  const extra = last?.repeated ? undefined : positional[args.length]
  if (extra !== undefined) {
    const takes = args.length === 0 ? "takes no argument" : `takes no more than ${args.length}`
    return wrong("UnexpectedArgument", command, `${nameOf(command)} ${takes}: ${JSON.stringify(extra)}`)
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

const read = (root: CommandSpec, args: ReadonlyArray<string>): Reading | UsageError => {
  const reading: Reading = {
    command: root,
    positional: [],
    run: [],
    given: new Map(),
    shell: undefined,
    version: false,
  }
  for (let at = 0; at < args.length; ) {
    const word = args[at] ?? ""
    if (word === "--") {
      reading.run.push(args.slice(at))
      reading.positional.push(...args.slice(at + 1))
      break
    }
    const isOption = word.startsWith("-") && word.length > 1
    const taken = isOption ? takeOption(root, reading, word, args[at + 1]) : (takeWord(reading, word) ?? 1)
    if (typeof taken !== "number") return taken
    at += taken
  }
  return reading
}

/** What `args`, without node and script, ask for. Help is given before anything is held against the rest. */
export const requestOf = (root: CommandSpec, args: ReadonlyArray<string>): Either.Either<Request, UsageError> => {
  const dashes = args.indexOf("--")
  const free = dashes < 0 ? args : args.slice(0, dashes)
  if (free.some(isHelp)) return Either.right(Request.Help({ command: commandIn(root, free) }))
  const reading = read(root, args)
  if (reading instanceof UsageError) return Either.left(reading)
  const { command, run, shell, version } = reading
  if (shell !== undefined) return Either.right(Request.Completions({ shell }))
  if (version) return Either.right(Request.Version())
  // As gh and git have it: who names a group of commands wants to know what is in it.
  if (command.commands.length > 0) return Either.right(Request.Help({ command }))
  const bad = checkPositional(reading)
  return bad === undefined ? Either.right(Request.Run({ args: run.flat() })) : Either.left(bad)
}
