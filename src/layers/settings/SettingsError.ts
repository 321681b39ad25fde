/** What is wrong with a setting, and where it was set. */
import * as Data from "effect/Data"

/**
 * A setting that can not be used.
 *
 * `Unreadable`: the file is there and can not be read. `Malformed`: it is no TOML. `UnknownKey`: i3pm has no such setting.
 * `InvalidValue`: the value is not of the setting's kind. `where` is the file, the variable or the flag.
 */
export class SettingsError extends Data.TaggedError("SettingsError")<{
  readonly reason: "Unreadable" | "Malformed" | "UnknownKey" | "InvalidValue"
  readonly where: string
  readonly message: string
  readonly cause?: unknown
}> {}

/** A value that is not of the setting's kind. */
export const invalid = (key: string, value: { readonly text: string; readonly where: string }, expected: string) =>
  new SettingsError({
    reason: "InvalidValue",
    where: value.where,
    message: `${key} in ${value.where} must be ${expected}, not ${JSON.stringify(value.text)}`,
  })
