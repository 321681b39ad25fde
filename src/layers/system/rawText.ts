/**
 * Text that keeps bytes which are not UTF-8: arguments, variables, paths and a compositor's replies may contain such bytes.
 *
 * A byte 0xNN that is not UTF-8 becomes the lone surrogate U+DCNN, as with Python's `surrogateescape`; valid UTF-8 never decodes
 * to one. Pure, no Effect runtime: the CLI's fast path uses it.
 */
import { isUtf8 } from "node:buffer"
import { escapeJson } from "./escapeControl.ts"

/** The character that Node puts in place of a byte that is not UTF-8. */
export const REPLACEMENT = "\ufffd"

/** One such surrogate. The `u` flag keeps it from matching half of a surrogate pair. */
const rawByte = /([\udc80-\udcff])/u

/** Length of the UTF-8 sequence that begins with this byte; 1 for a byte that begins none. */
const lengthAfter = (lead: number) => (lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1)

const decodeSlowly = (bytes: Buffer): string => {
  let text = ""
  let start = 0
  let at = 0
  while (at < bytes.length) {
    const lead = bytes[at] ?? 0
    const end = at + lengthAfter(lead)
    if (lead < 0x80 || (end <= bytes.length && isUtf8(bytes.subarray(at, end)))) {
      at = end
      continue
    }
    text += bytes.toString("utf8", start, at) + String.fromCharCode(0xdc00 + lead)
    at += 1
    start = at
  }
  return text + bytes.toString("utf8", start)
}

/** Decodes bytes without losing any. */
export const textOf = (bytes: Buffer): string => {
  const text = bytes.toString("utf8")
  return text.includes(REPLACEMENT) ? decodeSlowly(bytes) : text
}

/** True for a text with bytes that are not UTF-8. */
export const hasRawBytes = (text: string): boolean => !text.isWellFormed() && rawByte.test(text)

/** The bytes of a text: the reverse of {@link textOf}. */
export const bytesOf = (text: string): Buffer =>
  text.isWellFormed()
    ? Buffer.from(text)
    : Buffer.concat(
        text
          .split(rawByte)
          .map(part =>
            rawByte.test(part) && part.length === 1 ? Buffer.from([part.charCodeAt(0) - 0xdc00]) : Buffer.from(part),
          ),
      )

/** A path as the functions of `node:fs` need it. */
export const pathOf = (path: string): string | Buffer => (hasRawBytes(path) ? bytesOf(path) : path)

/** The text for people and JSON: U+FFFD in place of each byte that is not UTF-8. */
export const readable = (text: string): string => text.toWellFormed()

const readableInside = (_: string, value: unknown): unknown => (typeof value === "string" ? readable(value) : value)

/** JSON that every parser takes: U+FFFD replaces each byte that is not UTF-8. Many refuse the escape of half a surrogate pair. */
export const readableJson = (value: unknown, space?: number): string => {
  const json = JSON.stringify(value, null, space)
  return json.includes("\\ud") ? JSON.stringify(value, readableInside, space) : json
}

/** {@link readableJson} that is also safe for a terminal. */
export const jsonOf = (value: unknown, space?: number): string => escapeJson(readableJson(value, space))

/** JSON that keeps bytes that are not UTF-8, as a compositor sends them. Encode it with {@link bytesOf}. */
export const rawJsonOf = (value: unknown, space?: number): string =>
  // The first alternative consumes escaped backslashes: a `u` after one is not an escape.
  JSON.stringify(value, null, space).replace(/\\(?:\\|ud(c[89a-f][0-9a-f]))/g, (escape, byte: string | undefined) =>
    byte === undefined ? escape : String.fromCharCode(Number.parseInt(`d${byte}`, 16)),
  )
