/**
 * Makes text from elsewhere safe for logs and terminals: a title, a version or a path may contain control sequences, newlines or
 * marks that reverse the reading order. Each such character becomes a visible escape.
 *
 * Pure. Escaping twice is the same as escaping once.
 */

/**
 * C0, DEL and C1 controls; bidirectional marks and overrides, which can make one text look like another (Unicode TR 36, 3.3); the
 * line and paragraph separators; lone surrogates, which stand for bytes that are not UTF-8.
 */
const unsafe = /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu

const names: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" }

const hex = (code: number, digits: number) => code.toString(16).padStart(digits, "0")

const escapeOf = (character: string): string => {
  const code = character.charCodeAt(0)
  // A byte that is not UTF-8 (`rawText.ts`).
  if (code >= 0xdc80 && code <= 0xdcff) return `\\x${hex(code - 0xdc00, 2)}`
  return names[character] ?? (code < 0x100 ? `\\x${hex(code, 2)}` : `\\u${hex(code, 4)}`)
}

/** One safe line: unsafe characters become `\x1b`, `\n`, `\u202e` and the like. */
export const escapeControl = (text: string): string => text.replace(unsafe, escapeOf)

/** The same, but newlines and tabs stay. */
export const escapeLines = (text: string): string =>
  text.replace(unsafe, character => (character === "\n" || character === "\t" ? character : escapeOf(character)))

/** Several safe lines, all but the first indented, so that none looks like a message of its own. */
export const escapeMessage = (text: string): string => escapeLines(text).trimEnd().replaceAll("\n", "\n  ")

/** JSON of the same values, safe but for the newlines between them. */
export const escapeJson = (json: string): string =>
  json.replace(unsafe, character => (character === "\n" ? character : `\\u${hex(character.charCodeAt(0), 4)}`))

/** A JSON value with each string in it escaped to one line. */
export const escapeValues = (value: unknown): unknown => {
  if (typeof value === "string") return escapeControl(value)
  if (Array.isArray(value)) return value.map(escapeValues)
  if (typeof value !== "object" || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, escapeValues(inner)]))
}
