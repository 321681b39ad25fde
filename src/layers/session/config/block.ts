/** The marked block with the line for `session run` in the text of a sway configuration: adds, finds and removes it. Pure. */

const START = '# >>> i3pm session: put here by "i3pm session install", taken out by "i3pm session uninstall" >>>'
const END = "# <<< i3pm session <<<"

/** The block with one line in it. */
export const blockOf = (line: string): string => `${START}\n${line}\n${END}\n`

const blockPattern = /^# >>> i3pm session\b[^\n]*\n([\s\S]*?)^# <<< i3pm session <<<[^\n]*(?:\n|$)/m

/** The line in the block; `undefined` if there is no block. */
export const lineIn = (text: string): string | undefined => blockPattern.exec(text)?.[1]?.trimEnd()

/** The text with the block at its end. A block that exists already stays in its place and gets this line. */
export const withBlock = (text: string, line: string): string => {
  if (blockPattern.test(text)) return text.replace(blockPattern, () => blockOf(line))
  // One newline: an empty line, or the end of an unfinished last line. withoutBlock removes it again.
  return `${text}${text === "" ? "" : "\n"}${blockOf(line)}`
}

/** The text without the block and without the newline that {@link withBlock} has put before it. */
export const withoutBlock = (text: string): string => {
  const match = blockPattern.exec(text)
  if (match === null) return text
  const before = text.slice(0, match.index)
  const after = text.slice(match.index + match[0].length)
  return after === "" ? before.slice(0, -1) : `${before}${after}`
}

/** True for a line of a sway configuration that starts the session, also one that i3pm did not write. */
export const startsSession = (line: string): boolean =>
  /^\s*exec(?:_always)?\s.*(?:\bi3pm\b|\bmain\.cjs\b)["']?\s+session\s+run\b/.test(line)

/** The number of the first line that starts the session, counted from 1; `undefined` if there is none. */
export const sessionLineIn = (text: string): number | undefined => {
  const at = text.split("\n").findIndex(startsSession)
  return at < 0 ? undefined : at + 1
}

/**
 * Quotes a word for sway's `exec`, which passes the rest of its line to `sh -c`. sway itself expands `$name`, so `$` is
 * doubled.
 */
export const quoted = (word: string): string =>
  /^[\w/.+:@%,=-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`.replaceAll("$", "$$$$")

/** The line that starts the session by this program, whose words are given. */
export const execLine = (program: ReadonlyArray<string>): string =>
  ["exec", ...program.map(quoted), "session", "run"].join(" ")
