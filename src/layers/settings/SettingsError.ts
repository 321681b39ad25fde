/** The error for a wrong setting. */
import * as Data from "effect/Data"

/**
 * A setting is wrong; `where` is the file, the variable or the flag that sets it.
 *
 * `Unreadable`: the file exists and cannot be read. `Malformed`: it is not TOML. `UnknownKey`: there is no such setting.
 * `InvalidValue`: the value does not fit the setting.
 */
export class SettingsError extends Data.TaggedError("SettingsError")<{
  readonly reason: "Unreadable" | "Malformed" | "UnknownKey" | "InvalidValue"
  readonly where: string
  readonly message: string
  readonly cause?: unknown
}> {}

/** The error for a value that does not fit. `expected` follows "must be". */
export const invalid = (key: string, value: { readonly text: string; readonly where: string }, expected: string) =>
  new SettingsError({
    reason: "InvalidValue",
    where: value.where,
    message: `${key} in ${value.where} must be ${expected}, not ${JSON.stringify(value.text)}`,
  })
