/**
 * The only command texts that a restricted socket understands. Pure.
 *
 * sway's and i3's own grammars differ and are wider: each has further separators, quotes, escapes, variables and criteria. A text
 * of this grammar means the same to both, and what lies outside it is refused, whatever it would have meant.
 */
import { isUtf8 } from "node:buffer"

/** A word, or what stands between two double quotes. */
export interface Token {
  readonly _tag: "Word" | "Quoted"
  readonly text: string
}

/** A command: its words. Never empty. */
export type Command = ReadonlyArray<Token>

/** Commands, or why the text has none: a phrase such as `a quote that is not closed`. */
export type Parsed =
  | { readonly ok: true; readonly commands: ReadonlyArray<Command> }
  | { readonly ok: false; readonly why: string }

/** Most bytes of a request. Bars send some hundred; a long text would keep other clients waiting. */
const LONGEST_TEXT = 16 * 1024

/** Words and quoted texts end at a space, a `;` or the end. Of spaces only U+0020 separates, and other ones lie in no word. */
const token =
  /(?<gap> +)|(?<separator>;)|(?:"(?<quoted>[^"\\$`;\p{Cc}]*)"|(?<word>[^\p{Z}\p{Cc}\p{Cf};,"'\\$`[\]{}]+))(?=[ ;]|$)/uy

const besideWord = "a quote right beside a word"

/** Says what is wrong where {@link token} does not match. */
const faultAt = (text: string, at: number): string => {
  const quoted = /"([^"]*)("?)/uy
  quoted.lastIndex = at
  const [, inside, closing] = quoted.exec(text) ?? []
  if (closing === "") return "a quote that is not closed"
  if (inside !== undefined) return /[\\$`;\p{Cc}]/u.test(inside) ? "a character that cannot be in quotes" : besideWord
  const character = /[\p{Z}\p{Cc}\p{Cf};,"'\\$`[\]{}]/u.exec(text.slice(at))?.[0] ?? ""
  if (character === '"') return besideWord
  if (/\p{Cc}/u.test(character)) return "a control character"
  if (/[\p{Z}\p{Cf}]/u.test(character)) return "an invisible character"
  return `a ${character} outside quotes`
}

/** Parses a text. Empty commands are left out. */
export const parseCommands = (text: string): Parsed => {
  const commands: Array<Command> = []
  let command: Array<Token> = []
  const endCommand = () => {
    if (command.length > 0) commands.push(command)
    command = []
  }
  let at = 0
  while (at < text.length) {
    token.lastIndex = at
    const found = token.exec(text)
    if (found === null) return { ok: false, why: faultAt(text, at) }
    at = token.lastIndex
    const { quoted, separator, word } = found.groups ?? {}
    if (separator !== undefined) endCommand()
    else if (quoted !== undefined) command.push({ _tag: "Quoted", text: quoted })
    else if (word !== undefined) command.push({ _tag: "Word", text: word })
  }
  endCommand()
  return { ok: true, commands }
}

/** Parses the payload of a RUN_COMMAND. */
export const parsePayload = (payload: Buffer): Parsed => {
  if (payload.length > LONGEST_TEXT) return { ok: false, why: `more than ${LONGEST_TEXT} bytes` }
  return isUtf8(payload) ? parseCommands(payload.toString("utf8")) : { ok: false, why: "bytes that are not UTF-8" }
}
