/**
 * JSON as json-c writes it, for sway and swaymsg: spaced on one line as sway sends it, or over several lines as swaymsg prints it.
 * Pure.
 */
import { rawJsonOf } from "../system/rawText.ts"

/** The character of a `\\u` escape. `second`: the second half of a surrogate pair, or empty. Half a pair gives U+FFFD, as in json-c. */
const characterOf = (first: string, second: string): string => {
  const units = [first, second].filter(hex => hex !== "").map(hex => Number.parseInt(hex, 16))
  const quoted = JSON.stringify(String.fromCharCode(...units).toWellFormed())
  return quoted.slice(1, -1).replace("/", "\\/")
}

/** Matches a `\\u` escape with the second half of its surrogate pair, if any; another escape; or a slash. */
const rewritten = /\\u([0-9a-f]{4})(?:(?<=\\ud[89ab]..)\\u(d[c-f]..))?|\\.|\//gi

/** Rewrites a string or another scalar of valid JSON. Only `"`, `\`, `/` and control characters below space are escaped. */
export const jsonCString = (token: string): string =>
  token.startsWith('"')
    ? token.replace(rewritten, (escape: string, first?: string, second = "") =>
        first === undefined ? (escape === "/" ? "\\/" : escape) : characterOf(first, second),
      )
    : token === "-0"
      ? "0"
      : token

/**
 * A value on one line, with `JSON_C_TO_STRING_SPACED`: a space inside each bracket and after each comma and colon. An `undefined`
 * value is null.
 */
export const spacedJson = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(item => ` ${spacedJson(item)}`).join(",")} ]`
  if (typeof value !== "object" || value === null) return jsonCString(rawJsonOf(value ?? null))
  const members = Object.entries(value).map(([key, inner]) => ` ${jsonCString(rawJsonOf(key))}: ${spacedJson(inner)}`)
  return `{${members.join(",")} }`
}

/** The index after the string that begins at `start`. */
const endOfString = (json: string, start: number): number => {
  let at = start + 1
  while (at < json.length && json[at] !== '"') at += json[at] === "\\" ? 2 : 1
  return at + 1
}

const literal = /[^\s,:[\]{}"]+/y
const space = /\s*/y

const endOf = (pattern: RegExp, json: string, start: number): number => {
  pattern.lastIndex = start
  return pattern.test(json) ? pattern.lastIndex : start
}

/**
 * Rewrites valid JSON with `JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED`, token by token: values are not decoded, so that
 * numbers keep their digits (`1.0`), as in json-c. `emptyOnOneLine`: an empty list or object is `[]` or `{}`, as in json-c since 0.17; before that it was on
 * two lines.
 */
export const jsonC = (json: string, emptyOnOneLine: boolean): string => {
  let out = ""
  let depth = 0
  let at = 0
  const newline = () => `\n${"  ".repeat(depth)}`
  while (at < json.length) {
    const character = json[at] ?? ""
    let end = at + 1
    if (character === "{" || character === "[") {
      const inside = endOf(space, json, end)
      const isEmpty = json[inside] === "}" || json[inside] === "]"
      if (isEmpty) {
        end = inside + 1
        out += `${character}${emptyOnOneLine ? "" : newline()}${json[inside]}`
      } else {
        depth += 1
        out += character + newline()
      }
    } else if (character === "}" || character === "]") {
      depth -= 1
      out += newline() + character
    } else if (character === ",") out += character + newline()
    else if (character === ":") out += ": "
    else if (character === '"') {
      end = endOfString(json, at)
      out += jsonCString(json.slice(at, end))
    } else {
      end = Math.max(end, endOf(literal, json, at))
      const token = json.slice(at, end).trim()
      out += jsonCString(token)
    }
    at = end
  }
  return out
}
