/**
 * What the arguments ask for, found out before `@effect/cli` reads them: its own messages name neither the option nor the
 * command, it takes a missing value for an unknown argument, and it keeps `--log-level` for itself. Pure.
 */
import * as Data from "effect/Data"
import * as Either from "effect/Either"
import type { Shell } from "../tree/builtIns.ts"
import { type CommandSpec, nameOf, type OptionSpec, optionNamed, type ValueSpec } from "../tree/CommandSpec.ts"
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
  readonly run: Array<string>
  shell: string | undefined
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

const isEverywhere = (name: string) => name === "--version" || name === "--completions"

/** The option of `reading.command` that a word names, those of the root that work everywhere included. */
const find = (root: CommandSpec, { command }: Reading, name: string) =>
  optionNamed(command, name) ?? (isEverywhere(name) ? optionNamed(root, name) : undefined)

/** Takes one option and, where it has one, its value; gives how many words that were. */
const takeOption = (
  root: CommandSpec,
  reading: Reading,
  word: string,
  next: string | undefined,
): number | UsageError => {
  const { command } = reading
  const equals = word.startsWith("--") ? word.indexOf("=") : -1
  const name = equals < 0 ? word : word.slice(0, equals)
  const option = find(root, reading, name)
  if (option === undefined) {
    const known = command.options.flatMap(({ names }) => names.filter(each => each.startsWith("--")))
    const dashes = command.arguments.length === 0 ? "" : "; put -- before words that begin with a dash"
    const hint = suggestion(name, known) || dashes
    return wrong("UnknownOption", command, `${nameOf(command)} has no option ${name}${hint}`)
  }
  if (option.value === undefined) {
    reading.version ||= option.names.includes("--version")
    reading.run.push(word)
    return 1
  }
  const isMissing = next === undefined || next === "--" || optionNamed(command, next) !== undefined
  const value = equals < 0 ? (isMissing ? undefined : next) : word.slice(equals + 1)
  if (value === undefined) {
    return wrong("MissingValue", command, `${name} needs a value: ${name} ${option.value.placeholder}`)
  }
  const bad = checkChoice(command, name, option.value, value)
  if (bad !== undefined) return bad
  if (name === "--completions") reading.shell = value
  else reading.run.push(nameForTree(name, option), value)
  return equals < 0 ? 2 : 1
}

const takeWord = (reading: Reading, word: string): UsageError | undefined => {
  const { command, positional, run } = reading
  run.push(word)
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
  const reading: Reading = { command: root, positional: [], run: [], shell: undefined, version: false }
  for (let at = 0; at < args.length; ) {
    const word = args[at] ?? ""
    if (word === "--") {
      reading.run.push(...args.slice(at))
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

const isShell = (text: string): text is Shell => text === "bash" || text === "zsh" || text === "fish"

/** What `args`, without node and script, ask for. Help is given before anything is held against the rest. */
export const requestOf = (root: CommandSpec, args: ReadonlyArray<string>): Either.Either<Request, UsageError> => {
  const dashes = args.indexOf("--")
  const free = dashes < 0 ? args : args.slice(0, dashes)
  if (free.some(isHelp)) return Either.right(Request.Help({ command: commandIn(root, free) }))
  const reading = read(root, args)
  if (reading instanceof UsageError) return Either.left(reading)
  const { command, run, shell, version } = reading
  if (shell !== undefined) return Either.right(Request.Completions({ shell: isShell(shell) ? shell : "bash" }))
  if (version) return Either.right(Request.Version())
  // As gh and git have it: who names a group of commands wants to know what is in it.
  if (command.commands.length > 0) return Either.right(Request.Help({ command }))
  const bad = checkPositional(reading)
  return bad === undefined ? Either.right(Request.Run({ args: run })) : Either.left(bad)
}
