/** Reads `config.toml`. */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { type ReadError, readSmallFile } from "../system/readSmallFile.ts"
import { type SettingKey, settingKeys, settingsByKey } from "./catalogue.ts"
import { SettingsError } from "./SettingsError.ts"
import type { Value } from "./values.ts"

/** Most bytes of a settings file. Real ones are a thousand times smaller. */
const MAX_SIZE = 1024 * 1024

const parseToml = (path: string, text: string) =>
  Effect.tryPromise({
    try: async () => (await import("smol-toml")).parse(text),
    catch: cause =>
      new SettingsError({
        reason: "Malformed",
        where: path,
        message: `${path} is not valid TOML: ${cause instanceof Error ? cause.message.trim() : String(cause)}`,
        cause,
      }),
  })

const unreadable = (path: string, cause: ReadError) => {
  const remedy =
    cause.reason === "NotAFile" || cause.reason === "TooLarge" ? ": move it away, or replace it by a settings file" : ""
  return new SettingsError({ reason: "Unreadable", where: path, message: `${path} ${cause.message}${remedy}`, cause })
}

/** All settings are text, also durations: a number would have no unit. */
const notText = (key: SettingKey, path: string) => {
  const example = `${key} = "${settingsByKey[key].example}"`
  const message = `${key} in ${path} must be text in quotes, such as ${example}`
  return new SettingsError({ reason: "InvalidValue", where: path, message })
}

/** The settings in the file at `path`; empty if there is no file. Fails with each reason of {@link SettingsError}. */
export const readConfigFile = (
  path: string,
): Effect.Effect<ReadonlyArray<readonly [SettingKey, Value]>, SettingsError> =>
  Effect.gen(function* () {
    const bytes = yield* Effect.mapError(readSmallFile(path, MAX_SIZE), cause => unreadable(path, cause))
    if (Option.isNone(bytes)) return []
    const table = yield* parseToml(path, bytes.value.toString("utf8"))
    return yield* Effect.forEach(Object.entries(table), ([key, value]) => {
      const known = settingKeys.find(name => name === key)
      if (known === undefined) {
        const message = `unknown setting ${key} in ${path}; the settings are ${settingKeys.join(", ")}`
        return Effect.fail(new SettingsError({ reason: "UnknownKey", where: path, message }))
      }
      return typeof value === "string"
        ? Effect.succeed([known, { text: value, where: path, place: "file" }] as const)
        : Effect.fail(notText(known, path))
    })
  })
