/** What is wrong with a setting, as plain data. No Effect runtime: the CLI's fast path uses it. */
import { keysOf } from "../system/keysOf.ts"

/**
 * A setting is wrong; `where` is the file, the variable or the flag that sets it.
 *
 * `Unreadable`: the file exists and cannot be read. `Malformed`: it is not TOML. `UnknownKey`: there is no such setting.
 * `InvalidValue`: the value does not fit the setting.
 */
export interface SettingsFault {
  readonly reason: "Unreadable" | "Malformed" | "UnknownKey" | "InvalidValue"
  readonly where: string
  /** The setting, with its table: `relay.buffer`. `undefined` if it is the file as a whole. */
  readonly key?: string
  readonly message: string
  readonly cause?: unknown
}

/** A value, or what is wrong with it. */
export type Checked<A> =
  | { readonly ok: true; readonly value: A }
  | { readonly ok: false; readonly fault: SettingsFault }

/** The result for a value that is right. */
export const valid = <A>(value: A): Checked<A> => ({ ok: true, value })

/** The result for a value that does not fit its setting. `expected` continues the sentence "KEY in FILE must be". */
export const invalid = (
  key: string,
  value: { readonly text: string; readonly where: string },
  expected: string,
): Checked<never> => ({
  ok: false,
  fault: {
    reason: "InvalidValue",
    where: value.where,
    key,
    message: `${key} in ${value.where} must be ${expected}, not ${JSON.stringify(value.text)}`,
  },
})

/** The values of all parts, or the first fault. */
export const allOf = <T extends object>(parts: { readonly [K in keyof T]: Checked<T[K]> }): Checked<T> => {
  const values: Partial<T> = {}
  for (const key of keysOf(parts)) {
    const part = parts[key]
    if (!part.ok) return part
    values[key] = part.value
  }
  // Each key of `parts` is there now.
  return valid(values as T)
}
