/** Reads JSON as waybar does: with comments, trailing commas, and more that JSON does not allow. Pure. */
import * as Either from "effect/Either"

/** Text that is not JSON: why, and in which line, counted from 1. */
export interface JsoncError {
  readonly line: number
  readonly message: string
}

const STRING = '"(?:[^"\\\\]|\\\\.)*"'
const comments = new RegExp(`${STRING}|//[^\\n]*|/\\*[\\s\\S]*?\\*/`, "g")
const trailingCommas = new RegExp(`${STRING}|,(?=\\s*[}\\]])`, "g")

const isString = (part: string) => part.startsWith('"')

/** The text as JSON. Comments and trailing commas become blanks, so that every other character stays where it is. */
export const blanked = (text: string): string =>
  text
    .replaceAll(comments, part => (isString(part) ? part : part.replaceAll(/[^\n]/g, " ")))
    .replaceAll(trailingCommas, part => (isString(part) ? part : " "))

/** The line of an offset, counted from 1. */
export const lineAt = (text: string, offset: number): number => text.slice(0, offset).split("\n").length

const strings = new RegExp(STRING, "g")

/** Newlines and tabs in strings, and a byte order mark, as spaces: jsoncpp, which waybar uses, takes them. */
const tolerated = (json: string): string =>
  json.replace(/^\ufeff/, " ").replaceAll(strings, part => part.replaceAll(/\p{Cc}/gu, " "))

/** jsoncpp ignores what is behind the value, such as one brace too many. */
const parseFirst = (json: string): unknown => {
  try {
    return JSON.parse(json)
  } catch (cause) {
    const end = cause instanceof Error ? /after JSON at position (\d+)/.exec(cause.message)?.[1] : undefined
    if (end === undefined) throw cause
    return JSON.parse(json.slice(0, Number(end)))
  }
}

/** The value that the text stands for. */
export const parseJsonc = (text: string): Either.Either<unknown, JsoncError> => {
  const json = blanked(text)
  return Either.try({
    try: () => parseFirst(tolerated(json)),
    catch: cause => {
      const message = cause instanceof Error ? cause.message : String(cause)
      // V8 names the offset, except at the end of the text.
      const offset = /position (\d+)/.exec(message)?.[1]
      const line = lineAt(json.trimEnd(), offset === undefined ? json.length : Number(offset))
      return { line, message: message.replace(/ in JSON at position.*$/s, "") }
    },
  })
}
