/**
 * JSON values as json-c gives them to swaymsg: what is absent or of another type is null, 0 or false, without a complaint, and
 * glibc prints that null as `(null)`. Pure.
 */
import { rawJsonOf } from "../../../layers/system/rawText.ts"
import { jsonCString } from "./jsonC.ts"

/** A reply or an event: its text as it came, and what that says. */
export interface JsonReply {
  readonly text: string
  readonly value: unknown
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** `undefined` when absent, and of whatever is not an object. */
export const field = (value: unknown, key: string): unknown =>
  isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined

/** The items of a list; none of whatever is not a list. */
export const items = (value: unknown): ReadonlyArray<unknown> => (Array.isArray(value) ? value : [])

/** `JSON_C_TO_STRING_SPACED`, on one line. */
const spaced = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(item => ` ${spaced(item)}`).join(",")} ]`
  if (!isRecord(value)) return jsonCString(rawJsonOf(value))
  const members = Object.entries(value).map(([key, inner]) => ` ${jsonCString(rawJsonOf(key))}: ${spaced(inner)}`)
  return `{${members.join(",")} }`
}

/** `json_object_get_string` printed with `%s`. */
export const text = (value: unknown): string => {
  if (typeof value === "string") return value
  return value == null ? "(null)" : spaced(value)
}

/** `json_object_get_boolean`. */
export const flag = (value: unknown): boolean =>
  value === true || (typeof value === "number" && value !== 0) || (typeof value === "string" && value !== "")

/** `json_object_get_double`, but for strings. */
export const number = (value: unknown): number => (typeof value === "number" ? value : Number(value === true))

/** `json_object_get_int`, which keeps to 32 bits; but for strings. */
export const int = (value: unknown): number => Math.trunc(Math.min(Math.max(number(value), -0x8000_0000), 0x7fff_ffff))

/** Each part and a newline. */
export const lines = (...parts: ReadonlyArray<string>): string => parts.map(part => `${part}\n`).join("")
