/** What is wrong with a setting, as plain data. No Effect runtime: the CLI's fast path uses it. */

/**
 * A setting is wrong; `where` is the file, the variable or the flag that sets it.
 *
 * `Unreadable`: the file exists and cannot be read. `Malformed`: it is not TOML. `UnknownKey`: there is no such setting.
 * `InvalidValue`: the value does not fit the setting.
 */
export interface SettingsFault {
  readonly reason: "Unreadable" | "Malformed" | "UnknownKey" | "InvalidValue"
  readonly where: string
  readonly message: string
  readonly cause?: unknown
}

/** A value, or what is wrong with it. */
export type Checked<A> =
  | { readonly ok: true; readonly value: A }
  | { readonly ok: false; readonly fault: SettingsFault }

/** A value that is right. */
export const fits = <A>(value: A): Checked<A> => ({ ok: true, value })

/** The fault of a value that does not fit its setting. `expected` continues the sentence "KEY in FILE must be". */
export const invalid = (
  key: string,
  value: { readonly text: string; readonly where: string },
  expected: string,
): Checked<never> => ({
  ok: false,
  fault: {
    reason: "InvalidValue",
    where: value.where,
    message: `${key} in ${value.where} must be ${expected}, not ${JSON.stringify(value.text)}`,
  },
})
