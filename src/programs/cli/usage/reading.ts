/** Reads the words of a command line by the description of the commands, and stops at the first wrong one. Pure. */
import {
  allCommands,
  type CommandSpec,
  nameOf,
  type OptionSpec,
  optionNamed,
  understoodBy,
} from "../tree/CommandSpec.ts"
import { isGroup } from "../tree/define.ts"
import type { ValueSpec } from "../tree/valueSpec.ts"
import { expandWord } from "./getopt.ts"
import { suggestion } from "./nearest.ts"
import { meaning } from "./otherWords.ts"
import { type Wrong, wrong } from "./wrong.ts"

/** What has been read so far: the command, its options with their values, and its arguments. */
export interface Reading {
  command: CommandSpec
  readonly positional: Array<string>
  /** The values of each option that was given. */
  readonly given: Map<OptionSpec, ReadonlyArray<string>>
}

const isGetopt = ({ definition }: CommandSpec) => !isGroup(definition) && definition.getopt

const checkChoice = (command: CommandSpec, what: string, { choices }: ValueSpec, text: string) =>
  choices.length === 0 || choices.includes(text)
    ? undefined
    : wrong(
        "BadValue",
        command,
        `${what} is one of ${choices.join(", ")}, not ${JSON.stringify(text)}${suggestion(text, choices)}`,
      )

/** A value as it is listed: `warning` for `warn`. */
const meantBy = ({ aliases }: ValueSpec, typed: string) =>
  Object.hasOwn(aliases, typed) ? (aliases[typed] ?? typed) : typed

/** The option that a word names. */
const find = (root: CommandSpec, { command }: Reading, name: string) =>
  understoodBy(command, root).find(({ names }) => names.includes(name))

/** An option's name, and its value if that is in the same word: `--socket=PATH`, `-lLEVEL`. */
const parts = ({ command }: Reading, word: string): readonly [name: string, value: string | undefined] => {
  if (!word.startsWith("--")) {
    const short = word.slice(0, 2)
    const takes = word.length > 2 && optionNamed(command, short)?.value !== undefined
    return takes ? [short, word.slice(2)] : [word, undefined]
  }
  const equals = word.indexOf("=")
  return equals < 0 ? [word, undefined] : [word.slice(0, equals), word.slice(equals + 1)]
}

/** The flags that a later one of them takes back. */
const rivals = ({ definition }: CommandSpec, option: OptionSpec) => {
  const all = isGroup(definition) ? [] : definition.lastOf.map(key => definition.options[key])
  return all.includes(option) ? all : []
}

/** Stores a value. An option given twice is an error, unless it may be repeated or the command reads as getopt(3) does. */
const keep = ({ command, given }: Reading, option: OptionSpec, value: string): Wrong | undefined => {
  const earlier = given.get(option)
  if (earlier !== undefined && !option.repeated && !isGetopt(command)) {
    return wrong("RepeatedOption", command, `${option.names.at(-1)} was given twice`)
  }
  for (const rival of rivals(command, option)) if (rival !== undefined) given.delete(rival)
  given.set(option, option.repeated ? [...(earlier ?? []), value] : [value])
  return undefined
}

/** Reads one option, and its value if it takes one. Returns how many words that were. */
const takeOption = (root: CommandSpec, reading: Reading, word: string, next: string | undefined): number | Wrong => {
  const { command } = reading
  const [name, attached] = parts(reading, word)
  const option = find(root, reading, name)
  if (option === undefined) {
    const known = understoodBy(command, root).flatMap(({ names }) => names.filter(each => each.startsWith("--")))
    const dashes = command.arguments.length === 0 ? "" : "; put -- before words that begin with a dash"
    return wrong(
      "UnknownOption",
      command,
      `unknown option ${name}${meaning(name) || suggestion(name, known) || dashes}`,
    )
  }
  if (option.value === undefined) {
    if (attached !== undefined) {
      return wrong("BadValue", command, `${name} takes no value, so not ${JSON.stringify(attached)}`)
    }
    return keep(reading, option, "") ?? 1
  }
  const isMissing = next === undefined || next === "--" || find(root, reading, next) !== undefined
  const typed = attached ?? (isMissing ? undefined : next)
  const value = typed === undefined ? undefined : meantBy(option.value, typed)
  if (value === undefined) {
    return wrong("MissingValue", command, `${name} needs a value: ${name} ${option.value.placeholder}`)
  }
  const bad = checkChoice(command, name, option.value, value)
  return bad ?? keep(reading, option, value) ?? (attached === undefined ? 2 : 1)
}

/** Commands with this name elsewhere in the tree: `status` gives `diagnose status`. */
const elsewhere = (root: CommandSpec, word: string) =>
  allCommands(root).flatMap(({ path }) => (path.at(-1) === word && path.length > 2 ? [path.slice(1).join(" ")] : []))

/** The end of the message for `help doctor`: `; did you mean doctor --help?`; empty if the words after it name no command. */
const helpFor = (command: CommandSpec, rest: ReadonlyArray<string>) => {
  const below = (at: CommandSpec, word: string) => at.commands.find(({ path }) => path.at(-1) === word) ?? at
  const named = rest.reduce(below, command)
  return named === command ? "" : `; did you mean ${named.path.slice(1).join(" ")} --help?`
}

/** `rest` are the words after it. */
const takeWord = (
  root: CommandSpec,
  reading: Reading,
  word: string,
  rest: ReadonlyArray<string>,
): Wrong | undefined => {
  const { command, positional } = reading
  if (command.commands.length === 0) {
    positional.push(word)
    return undefined
  }
  const child = command.commands.find(({ path }) => path.at(-1) === word)
  if (child === undefined) {
    const names = command.commands.map(({ path }) => path.at(-1) ?? "")
    const others = elsewhere(root, word)
    const said = others.length === 0 ? "" : `; did you mean ${others.join(" or ")}?`
    const help = word === "help" ? helpFor(command, rest) : ""
    const group = command.path.length > 1 ? command.path.at(-1) : undefined
    const own = group === undefined ? "" : meaning(word, group)
    const hint = help || own || said || meaning(word) || suggestion(word, names)
    return wrong("UnknownCommand", command, `unknown command ${JSON.stringify(word)}${hint}`)
  }
  reading.command = child
  return undefined
}

/** Checks the arguments: how many there are, and whether each is an allowed value. */
export const checkPositional = ({ command, positional }: Reading): Wrong | undefined => {
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

/** Reads all words of a command line, without the program's name. Returns what is wrong with the first wrong word, if any. */
export const read = (root: CommandSpec, args: ReadonlyArray<string>): Reading | Wrong => {
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
    const taken = isOption
      ? takeOption(root, reading, word, words[at + 1])
      : (takeWord(root, reading, word, words.slice(at + 1)) ?? 1)
    if (typeof taken !== "number") return taken
    at += taken
  }
  return reading
}
