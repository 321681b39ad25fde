/**
 * Where in a command a value may stand. Pure.
 *
 * Quotes hold a text together only where the compositor reads them once. It reads them twice, or gives the text to a shell, behind
 * `exec`, `for_window`, `bindsym`, `output NAME bg` and others, which was tried on sway 1.7: there no text may stand.
 */
import { takesQuotes } from "../../layers/ipc/i3Text.ts"
import type { CommandDialect } from "./Criteria.ts"
import { namesAfter } from "./Place.ts"
import { placeInI3 } from "./placeInI3.ts"
import { placeInSway } from "./placeInSway.ts"

/** Why a value may not stand here. */
export type Misplacement = "Misplaced" | "Exec" | "Reserved"

/** Commands of which the first word is a name; what follows may be given to a shell: sway's `mode` makes bindings. */
const nameAtOnce = /^\s*(?:output|input|seat|bar|mode(?:\s+--pango_markup)?)\s+$/i

const placeAtEnd = (text: string, dialect: CommandDialect) => (dialect === "sway" ? placeInSway : placeInI3)(text)

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
