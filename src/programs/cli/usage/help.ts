/** The text of `--help`, wrapped to the width of the terminal. Pure. */
import {
  allCommands,
  type CommandSpec,
  nameOf,
  type OptionSpec,
  summaryOf,
  unsaidChoices,
  usageParts,
} from "../tree/CommandSpec.ts"
import { isGroup } from "../tree/define.ts"
import { definition, wrap, wrapWords } from "./text.ts"

/** How the help is printed. */
export interface HelpStyle {
  /** Columns of the terminal. */
  readonly width: number
  /** Headings in bold. */
  readonly bold: boolean
}

/** Limits of the width in columns: longer lines are hard to read, shorter ones have no room for the text. */
const WIDEST = 100
const NARROWEST = 30

/** `-s, --socket PATH`. */
const optionTerm = ({ names, value }: OptionSpec): string =>
  `${names.join(", ")}${value === undefined ? "" : ` ${value.placeholder}`}`

type Term = readonly [term: string, meaning: string]

const terms = (pairs: ReadonlyArray<Term>, width: number) => {
  const longest = Math.max(...pairs.map(([term]) => term.length))
  const column = Math.min(longest, Math.floor(width / 3)) + 4
  return pairs.map(([term, meaning]) => definition(term, meaning, column, width)).join("\n")
}

const usage = (command: CommandSpec, width: number) => {
  const name = nameOf(command)
  const parts = usageParts(command)
  const room = width - 2 - Math.max(0, ...parts.map(part => part.length))
  const indent = " ".repeat(Math.max(4, Math.min(name.length + 3, Math.floor(width / 2), room)))
  return `  ${wrapWords([name, ...parts], width - 2, indent)}`
}

const explained = ({ description, value }: OptionSpec) => {
  const unsaid = unsaidChoices(value, description)
  return `${description}${unsaid.length === 0 ? "" : ` One of: ${unsaid.join(", ")}.`}`
}

/** The commands below this one that do something, so without groups, each with its summary. */
const below = (command: CommandSpec): ReadonlyArray<Term> =>
  allCommands(command)
    .filter(each => each !== command && !isGroup(each.definition))
    .map(each => [each.path.slice(command.path.length).join(" "), `${summaryOf(each)}.`])

/** The whole help of a command, with a line feed at the end. */
export const helpOf = (command: CommandSpec, style: HelpStyle): string => {
  const width = Math.max(NARROWEST, Math.min(style.width, WIDEST))
  const heading = (text: string) => (style.bold ? `\u001b[1m${text}\u001b[22m` : text)
  const section = (title: string, body: string) => (body === "" ? [] : [`${heading(title)}\n${body}`])
  const options = command.options.map((option): Term => [optionTerm(option), explained(option)])
  const args = command.arguments.map((arg): Term => [arg.placeholder, arg.description])
  const examples = command.examples.map(({ line, note }) => `${note === "" ? "" : `  # ${note}\n`}  ${line}`)
  return `${[
    wrap(command.description, width),
    ...section("USAGE", usage(command, width)),
    ...(command.commands.length === 0 ? [] : section("COMMANDS", terms(below(command), width))),
    ...(args.length === 0 ? [] : section("ARGUMENTS", terms(args, width))),
    ...section("OPTIONS", terms(options, width)),
    ...section(examples.length > 1 ? "EXAMPLES" : "EXAMPLE", examples.join("\n")),
  ].join("\n\n")}\n`
}
