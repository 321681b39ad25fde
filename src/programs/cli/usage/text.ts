/** Wraps the text of `--help` and of the manual pages: words, and terms with their meanings. Pure. */
import { linesOf } from "../output/wrap.ts"

/**
 * Joins words to lines of at most `width` characters; only a longer word makes a longer line. Each line after the first begins
 * with `indent`. An element with spaces in it is not split.
 */
export const wrapWords = (words: ReadonlyArray<string>, width: number, indent = ""): string =>
  linesOf(words, width, { rest: width - indent.length }).join(`\n${indent}`)

/** {@link wrapWords} for the words of a text. */
export const wrap = (text: string, width: number, indent = ""): string =>
  wrapWords(
    text.split(/\s+/).filter(word => word !== ""),
    width,
    indent,
  )

/** A term and its meaning, which begins at `column`; if that leaves too little room, the meaning is below the term. */
export const definition = (term: string, meaning: string, column: number, width: number): string => {
  const left = `  ${term}`
  if (width - column < 24) return `${left}\n      ${wrap(meaning, width - 6, "      ")}`
  const indent = " ".repeat(column)
  const [first = "", ...rest] = wrap(meaning, width - column).split("\n")
  const lines = left.length + 2 > column ? [left, `${indent}${first}`] : [`${left.padEnd(column)}${first}`]
  return [...lines, ...rest.map(line => `${indent}${line}`)].join("\n")
}
