/** Reads `config.toml`. */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { type ReadError, readSmallFile } from "../system/readSmallFile.ts"
import { MAX_SIZE } from "./fileLimit.ts"
import { fileSettingsIn } from "./fileSettings.ts"
import { type FileSettings, noFile } from "./readSettings.ts"
import { SettingsError } from "./SettingsError.ts"

/** The line of a text at which smol-toml stopped, counted from 1; `undefined` if it reports none. */
export const lineOfToml = (cause: unknown): number | undefined =>
  typeof cause === "object" && cause !== null && "line" in cause && typeof cause.line === "number"
    ? cause.line
    : undefined

/** Why it is not TOML, in one line. smol-toml adds a picture of the lines around, which only fits a terminal. */
const reasonOf = (text: string, cause: unknown): string => {
  const message = cause instanceof Error ? cause.message : String(cause)
  const [first = ""] = message.replace(/^Invalid TOML document: /, "").split("\n")
  const line = lineOfToml(cause)
  if (line === undefined) return first
  const there = text.split("\n")[line - 1]?.trim() ?? ""
  return `line ${line}: ${first}${there === "" ? "" : `: ${there}`}`
}

/** The keys and values of a text in TOML; `path` is for the error, which is `Malformed`. */
export const parseToml = (
  path: string,
  text: string,
): Effect.Effect<Readonly<Record<string, unknown>>, SettingsError> =>
  Effect.tryPromise({
    try: async () => (await import("./tomlEntry.ts")).parse(text),
    catch: cause =>
      new SettingsError({
        reason: "Malformed",
        where: path,
        message: `${path} is not valid TOML: ${reasonOf(text, cause)}`,
        cause,
      }),
  })

/** The error for a file that cannot be read. */
export const unreadable = (path: string, cause: ReadError): SettingsError => {
  const remedy =
    cause.reason === "NotAFile" || cause.reason === "TooLarge" ? ": move it away, or replace it by a settings file" : ""
  return new SettingsError({ reason: "Unreadable", where: path, message: `${path} ${cause.message}${remedy}`, cause })
}

/** The settings in the file at `path`; empty if there is no file. */
export const readConfigFile = (path: string): Effect.Effect<FileSettings, SettingsError> =>
  Effect.gen(function* () {
    const bytes = yield* Effect.mapError(readSmallFile(path, MAX_SIZE), cause => unreadable(path, cause))
    if (Option.isNone(bytes)) return noFile
    const table = yield* parseToml(path, bytes.value.toString("utf8"))
    const settings = fileSettingsIn(path, table)
    return settings.ok ? settings.value : yield* new SettingsError(settings.fault)
  })
