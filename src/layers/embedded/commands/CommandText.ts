/**
 * Cuts a COMMAND payload into commands and words, as sway 1.7 does (`common/stringop.c`). Pure.
 *
 * Commands are separated by `;`, `,` and newlines. A quote that begins a word is taken off with its end, and other quotes and
 * all backslashes stay.
 */

/** The first command of a text, and what comes after it. */
export interface FirstCommand {
  readonly command: string
  /** The text after its separator; `undefined` if it was the last one. */
  readonly rest: string | undefined
  readonly separator: ";" | "," | undefined
}

interface Quotes {
  quote: string
  escaped: boolean
}

/** Follows quotes and backslashes over one character. Returns true if the character is outside of them and none itself. */
const isPlain = (state: Quotes, character: string): boolean => {
  const { escaped, quote } = state
  state.escaped = character === "\\" && !escaped
  if (character === "\\") return false
  if ((character === '"' || character === "'") && !escaped && (quote === "" || quote === character)) {
    state.quote = quote === "" ? character : ""
    return false
  }
  return quote === "" && !escaped
}

/** Newlines and NUL separate commands, like `;`. */
export const inOneLine = (payload: string): string => payload.replace(/[\n\0]/g, ";")

/** Cuts off the first command. Separators before it are skipped. */
export const firstCommand = (text: string): FirstCommand => {
  let start = 0
  const state: Quotes = { quote: "", escaped: false }
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? ""
    if (!isPlain(state, character) || (character !== ";" && character !== ",")) continue
    if (at > start)
      return { command: text.slice(start, at).trimStart(), rest: text.slice(at + 1), separator: character }
    start = at + 1
  }
  return { command: text.slice(start).trimStart(), rest: undefined, separator: undefined }
}

const isSpace = (character: string) => " \f\n\r\t\v".includes(character)

const withoutQuotes = (word: string) => {
  const state: Quotes = { quote: "", escaped: false }
  return [...word]
    .filter(character => {
      const before = state.quote
      isPlain(state, character)
      return state.quote === before
    })
    .join("")
}

/** The words of a command. Spaces in quotes and in `[` `]` do not end a word. */
export const wordsOf = (command: string): ReadonlyArray<string> => {
  const words: Array<string> = []
  const state: Quotes = { quote: "", escaped: false }
  let [word, inBrackets] = ["", false]
  for (const character of command) {
    const plain = isPlain(state, character)
    if (plain && character === "[") inBrackets = true
    else if (plain && character === "]") inBrackets = false
    if (plain && !inBrackets && isSpace(character)) {
      if (word !== "") words.push(word)
      word = ""
    } else {
      word += character
    }
  }
  return word === "" ? words : [...words, word]
}

/** `exec` and `mode` take their words as they are. */
const keepsQuotes: ReadonlySet<string> = new Set(["exec", "exec_always", "mode"])

/** A command's name and its arguments, as the command gets them. `$$` stands for `$`; no variable can be set here. */
export const argumentsOf = (command: string): readonly [name: string, ...args: ReadonlyArray<string>] => {
  const [name = "", ...rest] = wordsOf(command)
  const args = keepsQuotes.has(name) ? rest : rest.map(word => (/^["']/.test(word) ? withoutQuotes(word) : word))
  return [name, ...args.map(word => word.replace(/(?<!\\)\$\$/g, "$"))]
}
