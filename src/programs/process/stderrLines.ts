/** Messages on stderr. Plain, no Effect runtime: the CLI's fast path uses it. */
import { fstatSync } from "node:fs"
import { escapeMessage } from "../../layers/system/escapeControl.ts"

/**
 * True when stderr goes to the journal: `$JOURNAL_STREAM`, which is `stream`, names the device and inode of that stream
 * (systemd.exec(5)).
 */
export const isJournalStream = (stream: string | undefined): boolean => {
  if (stream === undefined) return false
  try {
    const { dev, ino } = fstatSync(2, { bigint: true })
    return stream === `${dev}:${ino}`
  } catch {
    return false
  }
}

/** The text of an error, with a newline at the end. For the journal each line has the priority of an error (sd-daemon(3)). */
export const errorLines = (message: string, isJournal: boolean): string => {
  const prefix = isJournal ? "<3>" : ""
  return `${prefix}${escapeMessage(`i3pm: ${message}`).replaceAll("\n", `\n${prefix}`)}\n`
}

/** The text of a note for a person, with a newline at the end. */
export const noteLines = (message: string): string => `i3pm: ${escapeMessage(message)}\n`
