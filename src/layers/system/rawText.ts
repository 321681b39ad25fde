/**
 * Text that keeps bytes which are not UTF-8: arguments, variables, paths and what a compositor says may hold any.
 *
 * Such a byte 0xNN stands in the text as the lone surrogate U+DCNN, which no UTF-8 means, as Python's `surrogateescape` has it.
 * Pure, and without the Effect runtime: the CLI's fast path needs it.
 */
import { isUtf8 } from "node:buffer"
import { escapeJson } from "./escapeControl.ts"

/** What Node puts in the place of a byte that is not UTF-8. */
export const REPLACEMENT = "\ufffd"

/** With the `u` flag only one that is not half of a pair. */
const rawByte = /([\udc80-\udcff])/u

/** How long a sequence is that begins with this byte; 1 for one that begins none. */
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

/** The text of these bytes, none of which is lost. */
export const textOf = (bytes: Buffer): string => {
  const text = bytes.toString("utf8")
  return text.includes(REPLACEMENT) ? decodeSlowly(bytes) : text
}

/** True where the text stands for bytes that are not UTF-8. */
export const hasRawBytes = (text: string): boolean => !text.isWellFormed() && rawByte.test(text)

/** The bytes of this text; what {@link textOf} has read comes out as it was. */
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

/** A path as the functions of `node:fs` take it. */
export const pathOf = (path: string): string | Buffer => (hasRawBytes(path) ? bytesOf(path) : path)

/** For who reads UTF-8: U+FFFD in the place of each such byte. */
export const readable = (text: string): string => text.toWellFormed()

const readableInside = (_: string, value: unknown): unknown => (typeof value === "string" ? readable(value) : value)

/** JSON, which is always UTF-8: U+FFFD in the place of each such byte. It is safe for a terminal. */
export const jsonOf = (value: unknown, space?: number): string => {
  const json = JSON.stringify(value, null, space)
  return escapeJson(json.includes("\\ud") ? JSON.stringify(value, readableInside, space) : json)
}

/** JSON with the bytes themselves, as a compositor sends it that was told such a name. */
export const rawJsonOf = (value: unknown, space?: number): string =>
  // The first alternative takes escaped backslashes, so that one before a `u` is not taken for the escape of a byte.
  JSON.stringify(value, null, space).replace(/\\(?:\\|ud(c[89a-f][0-9a-f]))/g, (escape, byte: string | undefined) =>
    byte === undefined ? escape : String.fromCharCode(Number.parseInt(`d${byte}`, 16)),
  )
