/**
 * Where in a command a value may stand. Pure.
 *
 * Quotes hold a text together only where the compositor reads them once. It reads them twice, or gives the text to a shell, behind
 * `exec`, `for_window`, `bindsym`, `output NAME bg` and others, which was tried on sway 1.7: there no text may stand.
 */
import { isInText, takesQuotes } from "../../layers/ipc/i3Text.ts"
import type { CommandDialect } from "./Criteria.ts"

/** Why a value may not stand here. */
export type Misplacement = "Misplaced" | "Exec" | "Reserved"

/** Where a text ends. */
interface Place {
  /** The command at its end, as far as it goes, without criteria. */
  readonly command: string
  readonly isInQuotes: boolean
  readonly isInCriteria: boolean
  /** False behind a `,` in sway, where it takes criteria for a command. */
  readonly takesCriteria: boolean
}

/** Commands whose texts are names, and nothing else. */
const namesAfter = /^\s*(?:workspace|rename|move|mark|unmark|swap|focus|title_format|nop|append_layout)\s/i

/** Commands of which the first word is a name; what follows may be given to a shell: sway's `mode` makes bindings. */
const nameAtOnce = /^\s*(?:output|input|seat|bar|mode(?:\s+--pango_markup)?)\s+$/i

const isExec = (command: string) => /^\s*["']?exec/i.test(command)

/** A criterion as sway reads it (`criteria.c`): `"` ends a quoted value unless a backslash is right before it, and `'` is no quote. */
const criterion = /\s*[a-z_]*\s*(?:=\s*(?:"(?:[^"]|(?<=\\)")*(?<!\\)"|[^" \]][^ \]]*)?)?/y

/** How long sway's criteria are that a text begins with; `undefined` if they do not end. */
const criteriaLength = (text: string): number | undefined => {
  let at = 1
  while (text.charAt(at) !== "]") {
    criterion.lastIndex = at
    const length = criterion.exec(text)?.[0].length ?? 0
    if (length === 0) return undefined
    at += length
  }
  return at + 1
}

/** sway puts `;` in place of a new line and of a NUL. To i3 a new line ends a text, and before one it is a space. */
const endsCommand = (char: string, command: string, dialect: CommandDialect): boolean => {
  if (char === ";" || char === "\0") return true
  if (char === ",") return !isExec(command)
  return char === "\n" && (dialect === "sway" || !awaitsText(command))
}

const awaitsText = (command: string) =>
  takesQuotes(`${command} `) || /^\s*exec(?:\s+--no-startup-id)?\s*$/i.test(command)

/** i3 sees no quotes in a text that has begun without. */
const opensQuote = (char: string, command: string, dialect: CommandDialect): boolean =>
  dialect === "sway" ? char === '"' || char === "'" : char === '"' && !isInText(command)

/** In i3 the name that a command takes ends it, and the next one needs no `;`: all but the old name of a workspace. */
const endsByQuote = (before: string) => namesAfter.test(before) && !/^\s*rename\s+workspace\s+$/i.test(before)

/** Reads a text up to its end. */
const placeAtEnd = (text: string, dialect: CommandDialect): Place => {
  let command = ""
  let quote: string | undefined
  let beforeQuote = ""
  let isInCriteria = false
  let takesCriteria = true
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at)
    if (char === "\\" && (dialect === "sway" || quote !== undefined)) at += 1
    else if (quote !== undefined) {
      if (char === quote) quote = undefined
      if (quote === undefined && dialect === "i3" && !isInCriteria && endsByQuote(beforeQuote)) {
        command = ""
        continue
      }
    } else if (opensQuote(char, isInCriteria ? "" : command, dialect)) {
      quote = char
      beforeQuote = command
    } else if (isInCriteria) {
      isInCriteria = char !== "]"
      continue
    } else if (char === "[" && takesCriteria && command.trim() === "") {
      const length = dialect === "sway" ? criteriaLength(text.slice(at)) : 1
      isInCriteria = dialect === "i3"
      if (length === undefined) return { command, isInQuotes: false, isInCriteria: true, takesCriteria }
      at += length - 1
      continue
    } else if (endsCommand(char, command, dialect)) {
      command = ""
      takesCriteria = dialect === "i3" || char !== ","
      continue
    }
    if (!isInCriteria) command += char
  }
  return { command, isInQuotes: quote !== undefined, isInCriteria, takesCriteria }
}

/** Words that sway does not take for the name of a workspace, in quotes neither. */
const otherWorkspaces = new Set([
  ...["next", "prev", "next_on_output", "prev_on_output", "back_and_forth", "current", "number"],
  ...["to", "--no-auto-back-and-forth"],
])

const isReserved = (command: string, name: string) =>
  /^\s*rename\s|\bworkspace(?:\s+--\S+)*\s+$/i.test(command) && otherWorkspaces.has(name.toLowerCase())

/** Whether a text may stand between two parts of a command; `undefined` if it may. */
export const textMisplacement = (
  before: string,
  name: string,
  after: string,
  dialect: CommandDialect,
): Misplacement | undefined => {
  const { command, isInCriteria, isInQuotes } = placeAtEnd(before, dialect)
  // Both compositors split words at spaces of ASCII alone.
  const isWord = /[ \t]$/.test(before) && /^(?:[ \t\r\n;,]|$)/.test(after)
  if (isInQuotes || isInCriteria || !isWord) return "Misplaced"
  if (!namesAfter.test(command) && !nameAtOnce.test(command)) return "Exec"
  if (dialect === "i3") return takesQuotes(command) ? undefined : "Misplaced"
  return isReserved(command, name) ? "Reserved" : undefined
}

/** Whether criteria may stand behind this part of a command: only in front of one. */
export const criteriaMisplacement = (before: string, dialect: CommandDialect): Misplacement | undefined => {
  const { command, isInCriteria, isInQuotes, takesCriteria } = placeAtEnd(before, dialect)
  return isInQuotes || isInCriteria || !takesCriteria || command.trim() !== "" ? "Misplaced" : undefined
}
