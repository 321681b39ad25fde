/** Text in columns of a terminal. Pure. */
import { linesOf } from "../output/wrap.ts"

/**
 * Words in lines of at most `width` characters, but for a word that is longer; each line after the first begins with
 * `indent`. What has spaces in it and is one element stays together.
 */
export const wrapWords = (words: ReadonlyArray<string>, width: number, indent = ""): string =>
  linesOf(words, width, { rest: width - indent.length }).join(`\n${indent}`)

/** {@link wrapWords} of a text. */
export const wrap = (text: string, width: number, indent = ""): string =>
  wrapWords(
    text.split(/\s+/).filter(word => word !== ""),
    width,
    indent,
  )

/** A term and what it means, side by side where there is room for it, else one below the other. */
export const definition = (term: string, meaning: string, column: number, width: number): string => {
  const left = `  ${term}`
  if (width - column < 24) return `${left}\n      ${wrap(meaning, width - 6, "      ")}`
  const indent = " ".repeat(column)
  const [first = "", ...rest] = wrap(meaning, width - column).split("\n")
  const lines = left.length + 2 > column ? [left, `${indent}${first}`] : [`${left.padEnd(column)}${first}`]
  return [...lines, ...rest.map(line => `${indent}${line}`)].join("\n")
}
