/** Text in lines that fit a terminal, and two columns of which the second is wrapped under itself. Pure. */
import { escapeControl } from "../../../layers/system/escapeControl.ts"
import { displayWidth, lengthWithin, padColumns } from "./displayWidth.ts"

/** The least width of a value: wrapping at less is unreadable. */
const LEAST = 10

/** How many characters of a word that is too long go onto this line: up to a slash if there is one, else all that fit, at least one. */
const partLength = (word: string, width: number) => {
  const fitting = lengthWithin(word, width)
  const slash = word.lastIndexOf("/", fitting - 1) + 1
  if (slash > width / 3) return slash
  return fitting > 0 ? fitting : lengthWithin(word, 2)
}

interface LineOptions {
  /** Columns of each line after the first, if not the same. */
  readonly rest?: number
  /** Splits a word that is longer than a line; otherwise its line is longer. */
  readonly partsWords?: boolean
}

/** Words in lines of at most `width` columns. An element with spaces in it is not split there. */
export const linesOf = (
  words: ReadonlyArray<string>,
  width: number,
  { partsWords = false, rest = width }: LineOptions = {},
): ReadonlyArray<string> => {
  const lines: Array<string> = []
  const room = () => (lines.length === 0 ? width : rest)
  let line = ""
  for (let word of words) {
    if (line !== "" && displayWidth(line) + 1 + displayWidth(word) > room()) {
      lines.push(line)
      line = ""
    }
    while (partsWords && line === "" && displayWidth(word) > room()) {
      const length = partLength(word, room())
      if (length === word.length) break
      lines.push(word.slice(0, length))
      word = word.slice(length)
    }
    line = line === "" ? word : `${line} ${word}`
  }
  return [...lines, line]
}

/**
 * Splits text into lines of at most `width` columns, at spaces. A longer word, such as a path, makes a longer line, so that it can
 * be copied.
 */
export const wrap = (text: string, width: number): ReadonlyArray<string> => linesOf(text.split(" "), width)

/** The same with no longer line, for a screen that is drawn: a long path is split after a slash. */
export const wrapWhole = (text: string, width: number): ReadonlyArray<string> =>
  linesOf(text.split(" "), width, { partsWords: true })

/**
 * Names and values side by side, two spaces apart, within `width` columns; without a width values are not wrapped. Control
 * characters are escaped. `split` splits a value into lines.
 */
export const wrappedColumns = (
  rows: ReadonlyArray<readonly [string, string]>,
  width: number | undefined,
  split: typeof wrap = wrap,
): string => {
  const shown = rows.map(([name, value]) => [escapeControl(name), escapeControl(value)] as const)
  const first = Math.max(0, ...shown.map(([name]) => displayWidth(name))) + 2
  const rest = width === undefined ? Number.POSITIVE_INFINITY : Math.max(LEAST, width - first)
  return shown
    .flatMap(([name, value]) =>
      split(value, rest).map((line, index) => `${padColumns(index === 0 ? name : "", first)}${line}`.trimEnd()),
    )
    .join("\n")
}
