/** The page i3pm(1), from the command tree. Pure. */
import {
  type ArgumentSpec,
  allCommands,
  type CommandSpec,
  nameOf,
  type OptionSpec,
  unsaidChoices,
} from "../tree/CommandSpec.ts"
import { isGroup } from "../tree/define.ts"
import type { ValueSpec } from "../tree/valueSpec.ts"
import { type Entry, exitStatuses, files, healthStatuses, msgStatuses, variables } from "./reference.ts"
import { example, header, item, name, page, paragraph, placeholder, prose, section, subsection, text } from "./roff.ts"

const optionNames = ({ names, value }: OptionSpec) =>
  `${names.map(name).join(", ")}${value === undefined ? "" : ` ${placeholder(value.placeholder)}`}`

const choices = (spec: ValueSpec | undefined, description: string) => {
  const unsaid = unsaidChoices(spec, description)
  return unsaid.length === 0 ? "" : ` ${text("One of")} ${unsaid.map(name).join(", ")}.`
}

const option = (spec: OptionSpec) =>
  item(optionNames(spec), `${text(spec.description)}${choices(spec.value, spec.description)}`)

const argument = (spec: ArgumentSpec) =>
  item(placeholder(spec.placeholder), `${text(spec.description)}${choices(spec, spec.description)}`)

const several = (words: string, { repeated, required }: { readonly repeated: boolean; readonly required: boolean }) =>
  `${required ? words : `[${words}]`}${repeated ? "..." : ""}`

/** Like `usageParts`, in roff. `\~` is a space at which no line ends: it keeps an option and its value together. */
const synopsis = (command: CommandSpec) => {
  const parts = [
    ...command.options
      .filter(({ names }) => !names.includes("--help"))
      .map(spec => {
        const value = spec.value === undefined ? "" : `\\~${placeholder(spec.value.placeholder)}`
        return several(`${name(spec.names[0] ?? "")}${value}`, spec)
      }),
    ...command.arguments.map(spec => several(placeholder(spec.placeholder), spec)),
  ]
  return [".HP", [name(nameOf(command)), ...parts].join(" ")].join("\n")
}

/** The examples of a command, those with the same note below one another. */
const examples = (command: CommandSpec) =>
  [...new Set(command.examples.map(({ note }) => note))].flatMap(note => [
    paragraph(note === "" ? "For example:" : `For example, ${text(note)}:`),
    example(...command.examples.filter(each => each.note === note).map(({ line }) => line)),
  ])

/** The options without `--help`, which the page explains once for all commands. */
const ownOptions = ({ options }: CommandSpec) => options.filter(({ names }) => !names.includes("--help"))

const command = (spec: CommandSpec) =>
  subsection(
    nameOf(spec),
    text(spec.description),
    ...spec.arguments.map(argument),
    ...ownOptions(spec).map(option),
    ...examples(spec),
  )

const entries = (list: ReadonlyArray<Entry>) => list.map(([term, meaning]) => item(name(term), prose(meaning)))

/** The whole page in roff. `date` is the day of the build: `2026-11-24`. */
export const commandPage = (root: CommandSpec, version: string, date: string): string => {
  const commands = allCommands(root).filter(each => each !== root)
  const leaves = commands.filter(each => !isGroup(each.definition))
  return page(
    header("I3PM", 1, date, version),
    section(
      "NAME",
      `i3pm \\- ${text("find the live Sway or i3 socket, keep one connection to it, and report its health")}`,
    ),
    section("SYNOPSIS", ...leaves.map(synopsis), synopsis(root)),
    section(
      "DESCRIPTION",
      text(root.description),
      paragraph(
        text(
          "Unless its description says otherwise, a command that answers a question prints a table on a terminal, and JSON into a pipe or with --json. Results go to stdout, messages to stderr.",
        ),
      ),
    ),
    section("OPTIONS", text("These are understood by every command:"), ...root.options.map(option)),
    section("COMMANDS", ...commands.map(command)),
    section(
      "EXIT STATUS",
      ...entries(exitStatuses),
      subsection("Of i3pm diagnose socket-health", ...entries(healthStatuses)),
      subsection("Of i3pm msg", ...entries(msgStatuses)),
    ),
    section("ENVIRONMENT", ...entries(variables)),
    section("FILES", ...entries(files)),
    section(
      "EXAMPLES",
      text("The health of the connection, and the sockets that were found:"),
      example("i3pm diagnose socket-health", "i3pm diagnose sockets"),
      paragraph(
        text(
          "A Sway session under systemd: install the units, then the line that starts the session, into the Sway configuration:",
        ),
      ),
      example("i3pm units install", "i3pm session install"),
      paragraph(text("The health, asked from any language:")),
      example(`echo '{"type":"get_socket_health"}' | socat - UNIX-CONNECT:$XDG_RUNTIME_DIR/i3-project-daemon/ipc.sock`),
    ),
    section(
      "SEE ALSO",
      [
        `${name("i3pm-config")}(5)`,
        `${name("sway")}(5)`,
        `${name("sway-ipc")}(7)`,
        `${name("swaymsg")}(1)`,
        `${name("systemd.special")}(7)`,
      ].join(", "),
    ),
  )
}
