/** Reads JSON with comments and trailing commas, as waybar does. Pure. */
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

/** The value that the text stands for. */
export const parseJsonc = (text: string): Either.Either<unknown, JsoncError> => {
  const json = blanked(text)
  return Either.try({
    try: (): unknown => JSON.parse(json),
    catch: cause => {
      const message = cause instanceof Error ? cause.message : String(cause)
      // V8 names the offset, except at the end of the text.
      const offset = /position (\d+)/.exec(message)?.[1]
      const line = lineAt(json.trimEnd(), offset === undefined ? json.length : Number(offset))
      return { line, message: message.replace(/ in JSON at position.*$/s, "") }
    },
  })
}
