/**
 * Reads the payload of a SUBSCRIBE as sway does, by json-c's `json_tokener_parse`, which is less strict than JSON: single quotes, comments,
 * a comma behind the last value, `NULL`, and anything behind the list (`swaymsg -t subscribe "['window']"` works). Pure.
 */

/** The names before the first value that cannot be read here, with null for a null; `isWhole` is false if there is such a value. */
export interface ListedNames {
  readonly names: ReadonlyArray<string | null>
  readonly isWhole: boolean
}

const gap = /(?:[ \t\r\n]|\/\*.*?\*\/|\/\/[^\n]*\n)*/sy

/** A text, a null, or another value that is not a list or an object: sway compares its text with the names of events. */
const value =
  /"(?<text>(?:[^"\\]|\\.)*)"|'(?<single>(?:[^'\\]|\\.)*)'|(?<null>null)|-?[0-9]+(?:\.[0-9]*)?(?:e[+-]?[0-9]+)?|true|false|nan|-?infinity/isy

/** The text between the quotes without its escapes; `undefined` if they are wrong. */
const unescaped = (text: string): string | undefined => {
  if (!text.includes("\\")) return text
  try {
    return String(JSON.parse(`"${text}"`))
  } catch {
    return undefined
  }
}

/** What has been read of a text, and what is left of it. */
class Rest {
  #at = 0
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text) ?? undefined
    if (found !== undefined) this.#at += found[0].length
    return found
  }

  /** Takes this character, and the space around it. */
  takes(character: string): boolean {
    this.take(gap)
    const isNext = this.#text[this.#at] === character
    if (isNext) this.#at += 1
    this.take(gap)
    return isNext
  }
}

/** The names in a payload; `undefined` if it does not begin with a list. */
export const listedNames = (payload: Buffer): ListedNames | undefined => {
  const end = payload.indexOf(0)
  const rest = new Rest(payload.toString("utf8", 0, end < 0 ? payload.length : end))
  if (!rest.takes("[")) return undefined
  const names: Array<string | null> = []
  while (!rest.takes("]")) {
    const found = rest.take(value)
    const { null: isNull, single, text = single } = found?.groups ?? {}
    const name = isNull !== undefined ? null : unescaped(text ?? found?.[0] ?? "\\")
    if (name === undefined) return { names, isWhole: false }
    names.push(name)
    if (rest.takes(",")) continue
    return { names, isWhole: rest.takes("]") }
  }
  return { names, isWhole: true }
}
