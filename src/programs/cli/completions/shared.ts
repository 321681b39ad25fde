/** What the three shells' scripts have in common. Pure. */
import type { CommandSpec, OptionSpec } from "../tree/CommandSpec.ts"
import type { Completion, Word } from "../tree/valueSpec.ts"

/** The first line of each script. In zsh's it is the second, since `#compdef` has to be the first. */
export const origin = (version: string): string =>
  `# Completions for i3pm ${version}, made from its command tree by i3pm --completions.`

/**
 * A shell command that lists the user's unit files, one a line, each followed by its state. With SYSTEMD_OFFLINE systemctl reads
 * the files on disk; otherwise it would ask the user manager over the bus, which may not run.
 */
export const listUserUnits =
  "env SYSTEMD_OFFLINE=1 SYSTEMD_COLORS=0 systemctl --user list-unit-files --no-legend --no-pager --plain 2>/dev/null"

/**
 * A shell command that lists the units that are bound, one a line: those with a record of `session bind`. It runs `sh`, since the
 * shells differ in how they write it.
 */
export const listBoundUnits = `sh -c 'cd "\${XDG_STATE_HOME:-$HOME/.local/state}/i3pm/bound" 2>/dev/null && for record in *.json; do test -e "$record" && printf "%s\\n" "\${record%.json}"; done'`

/** Puts text in single quotes for bash and zsh. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`

/** The words of a completion; empty if it is a kind such as `files`. */
export const wordsOf = (completion: Completion): ReadonlyArray<Word> =>
  typeof completion === "string" ? [] : completion

/** The last word of a command's name: `sockets` of `i3pm diagnose sockets`. */
export const lastName = ({ path }: CommandSpec): string => path.at(-1) ?? ""

/** The options that take a value. */
export const withValue = ({ options }: CommandSpec): ReadonlyArray<OptionSpec> =>
  options.filter(({ value }) => value !== undefined)

/** How the arguments of a command are completed. No command has more than one kind of argument. */
export const argumentCompletion = ({ arguments: args }: CommandSpec): Completion => args[0]?.completion ?? "nothing"
