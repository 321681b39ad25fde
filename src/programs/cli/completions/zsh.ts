/** Completions for zsh's own completion system (zshcompsys(1)). Each command has a function that calls `_arguments`. Pure. */
import { type ArgumentSpec, allCommands, briefOf, type CommandSpec, type OptionSpec } from "../tree/CommandSpec.ts"
import type { Completion, ValueSpec, Word } from "../tree/valueSpec.ts"
import { lastName, listBoundUnits, listUserUnits, origin, quoted } from "./shared.ts"

/** The name of a command's function: `_i3pm_diagnose_socket_health`. */
const functionOf = ({ path }: CommandSpec) => `_${path.join("_").replaceAll("-", "_")}`

/** Escapes the characters that separate the parts of a specification of `_arguments`. */
const escaped = (text: string) => text.replace(/[\\:[\]]/g, "\\$&")

const word = ({ meaning, word }: Word) =>
  meaning === "" ? escaped(word) : `${escaped(word)}\\:"${escaped(meaning).replaceAll('"', '\\"')}"`

const actions = {
  nothing: " ",
  files: "_files",
  "user units": "_i3pm_user_units",
  "bound units": "_i3pm_bound_units",
  variables: "_parameters -g '*export*'",
}

const action = (completion: Completion) => {
  if (typeof completion === "string") return actions[completion]
  const words = completion.map(word).join(" ")
  return completion.some(({ meaning }) => meaning !== "") ? `((${words}))` : `(${words})`
}

const value = ({ completion, placeholder }: ValueSpec) => `:${escaped(placeholder)}:${action(completion)}`

const option = ({ description, names, repeated, value: spec }: OptionSpec): ReadonlyArray<string> => {
  const others = repeated ? "*" : `(${names.join(" ")})`
  const text = `[${escaped(briefOf({ description }))}]`
  return names.map(name => {
    // After `+` the value may be in the same word or the next one; after `=` too, but in the same word an equals sign is needed.
    const takes = spec === undefined ? "" : name.startsWith("--") ? "=" : "+"
    return `${others}${name}${takes}${text}${spec === undefined ? "" : value(spec)}`
  })
}

const argument = (spec: ArgumentSpec) => `${spec.repeated ? "*" : spec.required ? "" : ":"}${value(spec)}`

const leaf = (command: CommandSpec): ReadonlyArray<string> => {
  const specs = [...command.options.flatMap(option), ...command.arguments.map(argument)]
  return [
    `    _arguments -s -S : \\`,
    ...specs.map((spec, at) => `        ${quoted(spec)}${at < specs.length - 1 ? " \\" : ""}`),
  ]
}

const group = (command: CommandSpec): ReadonlyArray<string> => [
  "    local curcontext=$curcontext state line",
  "    local -a commands",
  "    typeset -A opt_args",
  "    _arguments -C -S : \\",
  ...command.options.flatMap(option).map(spec => `        ${quoted(spec)} \\`),
  "        '1: :->command' \\",
  "        '*:: :->rest'",
  "    case $state in",
  "        command)",
  "            commands=(",
  ...command.commands.map(child => `                ${quoted(`${escaped(lastName(child))}:${briefOf(child)}`)}`),
  "            )",
  `            _describe -t commands ${quoted(`${command.path.join(" ")} command`)} commands`,
  "            ;;",
  "        rest)",
  "            case $line[1] in",
  ...command.commands.map(child => `                ${lastName(child)}) ${functionOf(child)} ;;`),
  "            esac",
  "            ;;",
  "    esac",
]

const body = (command: CommandSpec): ReadonlyArray<string> => [
  `${functionOf(command)}() {`,
  ...(command.commands.length > 0 ? group(command) : leaf(command)),
  "}",
  "",
]

/** The whole script. It works as a file `_i3pm` in a directory of `$fpath`, and with `source` or `eval` after `compinit`. */
export const zsh = (root: CommandSpec, version: string): string =>
  `${[
    "#compdef i3pm",
    origin(version),
    "",
    "_i3pm_user_units() {",
    "    local expl",
    "    local -a units",
    `    units=( \${(f)"$(_call_program user-units ${quoted(listUserUnits)})"} )`,
    `    units=( \${units%% *} )`,
    "    _wanted user-units expl 'user unit' compadd -a - units",
    "}",
    "",
    "_i3pm_bound_units() {",
    "    local expl",
    "    local -a units",
    `    units=( \${(f)"$(_call_program bound-units ${quoted(listBoundUnits)})"} )`,
    "    _wanted bound-units expl 'bound unit' compadd -a - units",
    "}",
    "",
    ...allCommands(root).flatMap(body),
    'if [ "$funcstack[1]" = _i3pm ]; then',
    '    _i3pm "$@"',
    "else",
    "    compdef _i3pm i3pm",
    "fi",
  ].join("\n")}\n`
