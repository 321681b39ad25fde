/**
 * The syntax of a COMMAND payload: commands separated by `;`, `,` or a line's end, quotes, criteria in front. Pure.
 *
 * `;` forgets the criteria and `,` keeps them (sway(5), "CRITERIA"); only then do the two differ.
 */

/** One command of a list, with the criteria that choose its windows. */
export interface CommandText {
  /** What stands between `[` and `]`, if the command has criteria. */
  readonly criteria: string | undefined
  /** The command's name and its arguments, quotes removed. Never empty. */
  readonly words: readonly [string, ...ReadonlyArray<string>]
}

interface Piece {
  readonly text: string
  /** What ended it. */
  readonly separator: string
}

/** Splits at separators that are neither quoted nor, for `,`, inside criteria. */
const split = (text: string): ReadonlyArray<Piece> => {
  const pieces: Array<Piece> = []
  let [start, quote, inCriteria] = [0, "", false]
  for (let at = 0; at <= text.length; at += 1) {
    const character = text[at] ?? ";"
    if (at < text.length && quote !== "") {
      if (character === "\\") at += 1
      else if (character === quote) quote = ""
    } else if (character === '"' || character === "'") {
      quote = character
    } else if (character === "[" && text.slice(start, at).trim() === "") {
      inCriteria = true
    } else if (character === "]") {
      inCriteria = false
    } else if (character === ";" || character === "\n" || (character === "," && !inCriteria)) {
      pieces.push({ text: text.slice(start, at), separator: character })
      start = at + 1
    }
  }
  return pieces
}

const unquote = (word: string) => word.replace(/\\(.)|["']/g, "$1")

/** Words of a text; a quoted part is one word, or one part of it. */
const wordsOf = (text: string): ReadonlyArray<string> =>
  [...text.matchAll(/(?:"(?:\\.|[^"\\])*"?|'(?:\\.|[^'\\])*'?|\\.|[^\s"'\\])+/g)].map(([word]) => unquote(word))

/** The commands of a list, in order. Empty ones are left out, as sway leaves them out of its reply. */
export const parseCommands = (text: string): ReadonlyArray<CommandText> => {
  const commands: Array<CommandText> = []
  let criteria: string | undefined
  for (const piece of split(text)) {
    const [, own, rest = ""] = /^\s*(?:\[((?:"(?:\\.|[^"\\])*"|[^\]"])*)\])?(.*)$/s.exec(piece.text) ?? []
    criteria = own ?? criteria
    const [name, ...args] = wordsOf(rest)
    if (name !== undefined) commands.push({ criteria, words: [name, ...args] })
    if (piece.separator !== ",") criteria = undefined
  }
  return commands
}
