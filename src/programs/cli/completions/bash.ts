/** Completions for bash 4 and later, with or without the package bash-completion. Pure. */
import { allCommands, type CommandSpec, nameOf } from "../tree/CommandSpec.ts"
import type { Completion } from "../tree/valueSpec.ts"
import {
  argumentCompletion,
  lastName,
  listBoundUnits,
  listUserUnits,
  origin,
  quoted,
  withValue,
  wordsOf,
} from "./shared.ts"

const kinds = {
  nothing: "nothing",
  files: "files",
  "user units": "units",
  "bound units": "bound",
  variables: "variables",
} as const

/** The first argument of `_i3pm_offer`: a kind of completion, or `words` with the words themselves. */
const offer = (completion: Completion) =>
  typeof completion === "string"
    ? kinds[completion]
    : ["words", ...wordsOf(completion).map(({ word }) => word)].join(" ")

/** The cases of `_i3pm_step`. A subcommand sets `command`; an option with a value sets `takes`, the kind of the next word. */
const steps = (command: CommandSpec): ReadonlyArray<string> => {
  const name = nameOf(command)
  return [
    ...command.commands.map(child => `${quoted(`${name} ${lastName(child)}`)}) command=${quoted(nameOf(child))} ;;`),
    ...withValue(command).map(({ names, value }) => {
      const patterns = names.map(each => quoted(`${name} ${each}`)).join(" | ")
      return `${patterns}) takes=${quoted(offer(value?.completion ?? "nothing"))} ;;`
    }),
  ]
}

/** The case of a command in `_i3pm`: sets the `words` and the `options` that it offers. */
const state = (command: CommandSpec): string => {
  const words =
    command.commands.length > 0
      ? `words ${command.commands.map(lastName).join(" ")}`
      : offer(argumentCompletion(command))
  const options = command.options.flatMap(({ names }) => names).join(" ")
  return `${quoted(nameOf(command))}) words=${quoted(words)} options=${quoted(options)} ;;`
}

const indented = (lines: ReadonlyArray<string>) => lines.map(line => `        ${line}`).join("\n")

/** `_i3pm_offer KIND BEGINNING`: puts the candidates that start with BEGINNING into COMPREPLY. */
const offerFunction = `_i3pm_offer() { # WHAT BEGINNING
    local unit
    case $1 in
        files)
            compopt -o filenames 2>/dev/null
            mapfile -t COMPREPLY < <(compgen -f -- "$2")
            ;;
        units)
            while read -r unit _; do
                [[ $unit == "$2"* ]] && COMPREPLY+=("$(printf %q "$unit")")
            done < <(${listUserUnits})
            ;;
        bound)
            while read -r unit; do
                [[ $unit == "$2"* ]] && COMPREPLY+=("$(printf %q "$unit")")
            done < <(${listBoundUnits})
            ;;
        variables) mapfile -t COMPREPLY < <(compgen -A export -- "$2") ;;
        words\\ *) mapfile -t COMPREPLY < <(compgen -W "\${1#words }" -- "$2") ;;
    esac
}`

/** `_i3pm_letters WORD`: reads `-rtTYPE` as getopt(3) does. TYPE is the value of `-t`, and is left in `rest`. */
const lettersFunction = `_i3pm_letters() { # WORD
    local at
    rest=
    for ((at = 1; at < \${#1}; at++)); do
        _i3pm_step "-\${1:at:1}"
        if [[ $takes ]]; then
            rest=\${1:at+1}
            return
        fi
    done
}`

/** `_i3pm`: finds the command in the words before the cursor, then offers candidates for the word at the cursor. */
const mainFunction = (states: ReadonlyArray<string>) => `_i3pm() {
    local cur=\${COMP_WORDS[COMP_CWORD]} command=i3pm takes= forced= before= words= options= rest= at word
    COMPREPLY=()
    for ((at = 1; at < COMP_CWORD; at++)); do
        word=\${COMP_WORDS[at]}
        # --option=VALUE comes as three words where = parts words, else as one.
        if [[ $takes ]]; then
            [[ $word == = ]] || takes=
        elif [[ $word == -- ]]; then
            forced=1
        elif [[ ! $forced && $word == -[!-]?* ]]; then
            _i3pm_letters "$word"
            [[ $rest ]] && takes=
        elif [[ ! $forced ]]; then
            _i3pm_step "$word"
        fi
    done
    if [[ ! $takes && ! $forced && $cur == --*=* ]]; then
        before=\${cur%%=*}=
        cur=\${cur#*=}
        _i3pm_step "\${before%=}"
    elif [[ ! $takes && ! $forced && $cur == -[!-]?* ]]; then
        _i3pm_letters "$cur"
        if [[ $takes ]]; then
            before=\${cur%"$rest"}
            cur=$rest
        fi
    fi
    if [[ $takes ]]; then
        [[ $cur == = ]] && cur=
        _i3pm_offer "$takes" "$cur"
        [[ $before ]] && COMPREPLY=("\${COMPREPLY[@]/#/$before}")
        return 0
    fi
    case $command in
${indented(states)}
    esac
    if [[ $cur == -* && ! $forced ]]; then
        _i3pm_offer "words $options" "$cur"
        return 0
    fi
    _i3pm_offer "$words" "$cur"
    if [[ ! $cur && ! $forced && \${#COMPREPLY[@]} -eq 0 ]]; then _i3pm_offer "words $options" ""; fi
}`

const stepFunction = (cases: ReadonlyArray<string>) => `_i3pm_step() { # WORD
    case "$command $1" in
${indented(cases)}
    esac
}`

/** The whole script. In `root` each command must have all options that it understands (see `render.ts`). */
export const bash = (root: CommandSpec, version: string): string => {
  const commands = allCommands(root)
  return `${[
    origin(version),
    offerFunction,
    stepFunction(commands.flatMap(steps)),
    lettersFunction,
    mainFunction(commands.map(state)),
    "complete -F _i3pm i3pm",
  ].join("\n\n")}\n`
}
