/** Completions for fish 3 and later. Pure. */
import { allCommands, briefOf, type CommandSpec, nameOf, type OptionSpec } from "../tree/CommandSpec.ts"
import type { Completion, Word } from "../tree/valueSpec.ts"
import { argumentCompletion, lastName, listBoundUnits, listUserUnits, origin, withValue } from "./shared.ts"

/** Puts text in single quotes. Within them fish reads `\\` as a backslash and `\'` as a quote. */
const quoted = (text: string) => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`

/** A word for `complete -a`: the word, a tab and its meaning. fish evaluates the list again, so the meaning is quoted. */
const word = ({ meaning, word }: Word) => (meaning === "" ? word : `${word}\\t${quoted(meaning)}`)

/** The options of fish's `complete` for a kind of value: `-f` offers no files, `-F` offers them. */
const offers = (completion: Completion): string => {
  if (completion === "files") return "-F"
  if (completion === "nothing") return "-f"
  if (completion === "user units") return "-f -a '(__i3pm_user_units)'"
  if (completion === "bound units") return "-f -a '(__i3pm_bound_units)'"
  if (completion === "variables") return "-f -a '(set --names --export)'"
  return `-f -a ${quoted(completion.map(word).join(" "))}`
}

const description = (text: string) => (text === "" ? "" : ` -d ${quoted(text)}`)

const complete = (command: CommandSpec, rest: string) =>
  `complete -c i3pm -n ${quoted(`__i3pm_in ${nameOf(command)}`)} ${rest}`

/**
 * The values have a line of their own: fish shows the description of a line beside each value of that line. Beside the option it
 * shows the one of the last line.
 */
const option = (command: CommandSpec, { description: text, names, value }: OptionSpec): ReadonlyArray<string> => {
  const flags = names.map(name => (name.startsWith("--") ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`)).join(" ")
  const about = description(briefOf({ description: text }))
  return value === undefined
    ? [complete(command, `${flags} -f${about}`)]
    : [complete(command, `${flags} -r ${offers(value.completion)}`), complete(command, `${flags} -r${about}`)]
}

const lines = (command: CommandSpec): ReadonlyArray<string> => [
  ...command.commands.map(child => complete(command, `-f -a ${lastName(child)}${description(briefOf(child))}`)),
  ...command.options.flatMap(each => option(command, each)),
  ...(command.arguments.length === 0 ? [] : [complete(command, offers(argumentCompletion(command)))]),
]

/** The cases of `__i3pm_in`. A subcommand sets `command`; after an option with a value the next word is skipped. */
const steps = (command: CommandSpec): ReadonlyArray<string> => {
  const name = nameOf(command)
  return [
    ...command.commands.map(
      child => `case ${quoted(`${name} ${lastName(child)}`)}\n                set command ${quoted(nameOf(child))}`,
    ),
    ...withValue(command).map(
      ({ names }) => `case ${names.map(each => quoted(`${name} ${each}`)).join(" ")}\n                set takes yes`,
    ),
  ]
}

/** The whole script. In `root` each command must have all options that it understands (see `render.ts`). */
export const fish = (root: CommandSpec, version: string): string =>
  `${[
    origin(version),
    "",
    "# True when the words before the cursor lead to this command.",
    "function __i3pm_in",
    "    set -l command i3pm",
    "    set -l takes no",
    "    for word in (commandline -opc)[2..-1]",
    "        if test $takes = yes",
    "            set takes no",
    "            continue",
    "        end",
    '        switch "$command $word"',
    ...allCommands(root)
      .flatMap(steps)
      .map(step => `            ${step}`),
    "        end",
    "    end",
    '    test "$command" = "$argv"',
    "end",
    "",
    "function __i3pm_user_units",
    `    ${listUserUnits} | string replace -r ' .*' ''`,
    "end",
    "",
    "function __i3pm_bound_units",
    `    ${listBoundUnits}`,
    "end",
    "",
    "complete -c i3pm -f",
    ...allCommands(root).flatMap(lines),
  ].join("\n")}\n`
