/**
 * Text that was written by others, made safe for a log and for a terminal: a title, a version or a path may hold what commands
 * a terminal, begins a new line or turns the reading order. Each such character becomes a visible escape.
 *
 * Pure, and safe to apply twice.
 */

/**
 * C0, DEL and C1; the marks and overrides of bidirectional text, with which a text looks like another one (Unicode TR 36, 3.3);
 * the two separators that Unicode counts as ends of lines; lone surrogates, which stand for bytes that are not UTF-8.
 */
const unsafe = /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu

const names: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" }

const hex = (code: number, digits: number) => code.toString(16).padStart(digits, "0")

const escapeOf = (character: string): string => {
  const code = character.charCodeAt(0)
  // The byte that it stands for (`rawText.ts`).
  if (code >= 0xdc80 && code <= 0xdcff) return `\\x${hex(code - 0xdc00, 2)}`
  return names[character] ?? (code < 0x100 ? `\\x${hex(code, 2)}` : `\\u${hex(code, 4)}`)
}

/** On one line: `\x1b`, `\n`, `\u202e` and the like in the place of what is not safe. */
export const escapeControl = (text: string): string => text.replace(unsafe, escapeOf)

/** The same for text of several lines, whose newlines and tabs are wanted. */
export const escapeLines = (text: string): string =>
  text.replace(unsafe, character => (character === "\n" || character === "\t" ? character : escapeOf(character)))

/** The same, and each line but the first is indented: none can be taken for a message of its own. */
export const escapeMessage = (text: string): string => escapeLines(text).trimEnd().replaceAll("\n", "\n  ")

/** JSON of the same values, in which nothing is unsafe but the newlines between values. */
export const escapeJson = (json: string): string =>
  json.replace(unsafe, character => (character === "\n" ? character : `\\u${hex(character.charCodeAt(0), 4)}`))

/** A value of JSON, each text in it on one line. */
export const escapeValues = (value: unknown): unknown => {
  if (typeof value === "string") return escapeControl(value)
  if (Array.isArray(value)) return value.map(escapeValues)
  if (typeof value !== "object" || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, escapeValues(inner)]))
}
