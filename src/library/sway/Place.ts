/** Where in a command a text ends, and what both compositors have in common there. Pure. */

/** Where a text ends. */
export interface Place {
  /** The command at its end, as far as it goes, without criteria. */
  readonly command: string
  readonly isInQuotes: boolean
  readonly isInCriteria: boolean
  /** False behind a `,` in sway, where it takes criteria for a command. */
  readonly takesCriteria: boolean
}

/** Commands whose texts are names, and nothing else. */
export const namesAfter = /^\s*(?:workspace|rename|move|mark|unmark|swap|focus|title_format|nop|append_layout)\s/i

const isExec = (command: string) => /^\s*["']?exec/i.test(command)

/** A `,` is a part of what a shell gets. */
export const endsAnyCommand = (text: string, command: string): boolean =>
  text === ";" || text === "\0" || (text === "," && !isExec(command))
