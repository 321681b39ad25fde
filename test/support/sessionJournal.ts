/** What `journalctl -o json` prints, as records. */

/** One message of a journal. */
export interface JournalEntry {
  readonly message: string
  /** 0 (emergency) to 7 (debug); what `<4>` at the start of a line sets. */
  readonly priority: number
  /** The user unit it is from or, when the manager wrote it, about. Empty for neither. */
  readonly unit: string
  /** All fields by name (`_PID`, `SYSLOG_IDENTIFIER`, a program's own). Of a field that occurs twice, the last value. */
  readonly fields: Readonly<Record<string, string>>
}

/** Bytes that are not plain text are an array of numbers, a repeated field is an array of values, a huge one is null. */
const textOf = (value: unknown): string => {
  if (typeof value === "string") return value
  if (!Array.isArray(value)) return ""
  const items: ReadonlyArray<unknown> = value
  const bytes = items.filter(item => typeof item === "number")
  return bytes.length === items.length ? Buffer.from(bytes).toString("utf8") : textOf(items.at(-1))
}

const parseEntry = (line: string): JournalEntry => {
  const object: Readonly<Record<string, unknown>> = JSON.parse(line)
  const fields = Object.fromEntries(Object.entries(object).map(([name, value]) => [name, textOf(value)]))
  const { MESSAGE = "", PRIORITY = "6", _SYSTEMD_USER_UNIT: from, USER_UNIT: about } = fields
  return { message: MESSAGE, priority: Number(PRIORITY), unit: about ?? from ?? "", fields }
}

/** Every entry of `journalctl -o json --all`, in its order; what was found for a unit is that unit's. */
export const parseJournal = (text: string, unit = ""): ReadonlyArray<JournalEntry> =>
  text
    .split("\n")
    .filter(Boolean)
    .map(parseEntry)
    .map(entry => ({ ...entry, unit: entry.unit === "" ? unit : entry.unit }))

/**
 * The matches for all that concerns a user unit: its own output, and what the manager says about it. By its last main process
 * too: the journal looks up whose a line is when it reads it, and of a process that has ended by then it finds no unit.
 */
export const unitMatches = (unit: string, mainPid: number): ReadonlyArray<string> => [
  `_SYSTEMD_USER_UNIT=${unit}`,
  "+",
  `USER_UNIT=${unit}`,
  ...(mainPid > 0 ? ["+", `_PID=${mainPid}`] : []),
]
