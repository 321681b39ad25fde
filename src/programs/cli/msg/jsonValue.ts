/**
 * Reads JSON values as swaymsg does with json-c: a value that is missing or of another type is null, 0 or false, without an error,
 * and glibc prints that null as `(null)`. Pure.
 */
import { spacedJson } from "../../../layers/ipc/jsonC.ts"

/** A reply or an event: its text as it came, and the parsed value. */
export interface JsonReply {
  readonly text: string
  readonly value: unknown
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** A field of an object; `undefined` if it is missing or `value` is not an object. */
export const field = (value: unknown, key: string): unknown =>
  isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined

/** The items of a list; empty if `value` is not a list. */
export const items = (value: unknown): ReadonlyArray<unknown> => (Array.isArray(value) ? value : [])

/** The text that swaymsg prints: the result of `json_object_get_string` with `%s`. */
export const text = (value: unknown): string => {
  if (typeof value === "string") return value
  return value == null ? "(null)" : spacedJson(value)
}

/** As `json_object_get_boolean`: 0 and an empty text are false. */
export const flag = (value: unknown): boolean =>
  value === true || (typeof value === "number" && value !== 0) || (typeof value === "string" && value !== "")

/** As `json_object_get_double`, except that a text gives 0. */
export const number = (value: unknown): number => (typeof value === "number" ? value : Number(value === true))

/** As `json_object_get_int`, which limits to 32 bits, except that a text gives 0. */
export const int = (value: unknown): number => Math.trunc(Math.min(Math.max(number(value), -0x8000_0000), 0x7fff_ffff))

/** Joins the parts, each with a newline at its end. */
export const lines = (...parts: ReadonlyArray<string>): string => parts.map(part => `${part}\n`).join("")
