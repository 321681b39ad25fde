/** Reads `config.toml`. */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { type ReadError, readSmallFile } from "../system/readSmallFile.ts"
import { type SettingKey, settingKeys } from "./catalogue.ts"
import { invalid, SettingsError } from "./SettingsError.ts"
import type { Value } from "./values.ts"

/** Most bytes of a settings file: a thousand times what anybody writes. */
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

/** The settings in the file at `path`; empty if there is no file. */
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
        const message = `${path} sets ${key}, which i3pm does not know; it knows ${settingKeys.join(", ")}`
        return Effect.fail(new SettingsError({ reason: "UnknownKey", where: path, message }))
      }
      return typeof value === "string"
        ? Effect.succeed([known, { text: value, where: path, place: "file" }] as const)
        : Effect.fail(invalid(known, { text: String(value), where: path }, "text in quotes"))
    })
  })
