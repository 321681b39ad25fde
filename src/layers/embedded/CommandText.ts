/**
 * Parses a COMMAND payload: commands separated by `;`, `,` or newlines, with quotes and criteria. Pure.
 *
 * After `,` the criteria still hold, after `;` they do not (sway(5), "CRITERIA").
 */

/** One command of a list, with its criteria. */
export interface CommandText {
  /** The text between `[` and `]`, if the command has criteria. */
  readonly criteria: string | undefined
  /** The command's name and its arguments, without quotes. */
  readonly words: readonly [string, ...ReadonlyArray<string>]
}

interface Piece {
  readonly text: string
  /** The character that ended it. */
  readonly separator: string
}

/** Splits at separators, but not inside quotes, and not at a `,` inside criteria. */
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

/** Words of a text; spaces in quotes do not end a word. */
const wordsOf = (text: string): ReadonlyArray<string> =>
  [...text.matchAll(/(?:"(?:\\.|[^"\\])*"?|'(?:\\.|[^'\\])*'?|\\.|[^\s"'\\])+/g)].map(([word]) => unquote(word))

/** The commands of a list, in order, without empty ones, for which sway's reply has no result. */
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
