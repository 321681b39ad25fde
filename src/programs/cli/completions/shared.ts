/** What the three shells' scripts have in common. Pure. */
import type { CommandSpec, OptionSpec } from "../tree/CommandSpec.ts"
import type { Completion, Word } from "../tree/define.ts"

/** The first line of each script but zsh's, which has to begin with its own. */
export const origin = (version: string): string =>
  `# Completions for i3pm ${version}, made from its command tree by i3pm --completions.`

/**
 * Lists the user's unit files, one a line, each with its state after it: as they are on the disk, so that it needs no manager and
 * no bus, which a systemd that has booted the machine would ask otherwise.
 */
export const listUserUnits =
  "env SYSTEMD_OFFLINE=1 SYSTEMD_COLORS=0 systemctl --user list-unit-files --no-legend --no-pager --plain 2>/dev/null"

/** In single quotes, as bash and zsh have them. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`

/** The words of a completion that has any. */
export const wordsOf = (completion: Completion): ReadonlyArray<Word> =>
  typeof completion === "string" ? [] : completion

/** The last word of its path. */
export const lastName = ({ path }: CommandSpec): string => path.at(-1) ?? ""

/** The options that take a value. */
export const withValue = ({ options }: CommandSpec): ReadonlyArray<OptionSpec> =>
  options.filter(({ value }) => value !== undefined)

/** What the words of a command that are no options are completed with. */
export const argumentCompletion = ({ arguments: args }: CommandSpec): Completion => args[0]?.completion ?? "nothing"
