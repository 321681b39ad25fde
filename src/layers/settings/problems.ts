/** Finds all problems of the settings, for `i3pm doctor`. The usual reader stops at the first one. */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { variable } from "../system/environment.ts"
import { readSmallFile } from "../system/readSmallFile.ts"
import { type SettingKey, settingKeys, settingsByKey } from "./catalogue.ts"
import { parseToml, unreadable } from "./configFile.ts"
import { configFileOf } from "./configFileOf.ts"
import { MAX_SIZE } from "./fileLimit.ts"
import { type FileEntry, keysIn } from "./fileSettings.ts"
import type { SettingsFault } from "./SettingsFault.ts"
import { checks, type Value } from "./values.ts"

/** One problem of the settings. */
export interface SettingProblem {
  readonly error: SettingsFault
  /** The line of the file, counted from 1; `undefined` if it is not known. */
  readonly line: number | undefined
  /** The name of the variable that is wrong; `undefined` if it is the file. */
  readonly variable: string | undefined
}

/** What is wrong with the value of one setting. */
const faultOf = (key: SettingKey, value: Value): SettingsFault | undefined => {
  const checked = checks[key](value, {})
  return checked.ok ? undefined : checked.fault
}

const faultOfEntry = (entry: FileEntry) => (entry._tag === "Plain" ? faultOf(entry.key, entry.value) : undefined)

/** A key without the quotes and spaces that TOML allows ("Keys" of TOML 1.0). */
const bare = (key: string) => key.replace(/["'\s]/g, "")

/**
 * The line that sets a dotted key. A line that begins a table is not one: as a comment it would leave its keys to the table before
 * it.
 */
const lineOf = (text: string, key: string): number | undefined => {
  let table = ""
  const at = text.split("\n").findIndex(line => {
    const [, header] = /^\s*\[([^[\]]+)\]/.exec(line) ?? []
    if (header !== undefined) table = `${bare(header)}.`
    const [, name] = /^\s*([^#=[\]]+)=/.exec(line) ?? []
    return name !== undefined && table + bare(name) === key
  })
  return at < 0 ? undefined : at + 1
}

/** The line at which smol-toml stopped, if it reports one. */
const lineOfToml = ({ cause }: SettingsFault): number | undefined =>
  typeof cause === "object" && cause !== null && "line" in cause && typeof cause.line === "number"
    ? cause.line
    : undefined

const inFile = (path: string) =>
  Effect.gen(function* () {
    const bytes = yield* Effect.mapError(readSmallFile(path, MAX_SIZE), cause => unreadable(path, cause))
    if (Option.isNone(bytes)) return []
    const text = bytes.value.toString("utf8")
    const table = yield* parseToml(path, text)
    return keysIn(path, table).flatMap((entry): ReadonlyArray<SettingProblem> => {
      const error = entry.ok ? faultOfEntry(entry.value) : entry.fault
      return error === undefined ? [] : [{ error, line: lineOf(text, error.key ?? ""), variable: undefined }]
    })
  }).pipe(Effect.catchAll(error => Effect.succeed([{ error, line: lineOfToml(error), variable: undefined }])))

const inEnvironment = Effect.forEach(settingKeys, key => {
  const where = settingsByKey[key].variable
  return Effect.flatMap(
    variable(where),
    Option.match({
      onNone: () => Effect.succeed<ReadonlyArray<SettingProblem>>([]),
      onSome: text => {
        const error = faultOf(key, { text, where, source: "variable" })
        return Effect.succeed(error === undefined ? [] : [{ error, line: undefined, variable: where }])
      },
    }),
  )
})

/** The problems of the file, then those of the variables. Empty if there are none, for example without a file. */
export const settingProblems: Effect.Effect<ReadonlyArray<SettingProblem>> = Effect.gen(function* () {
  const [configHome, home] = [yield* variable("XDG_CONFIG_HOME"), yield* variable("HOME")]
  const path = configFileOf(Option.getOrUndefined(configHome), Option.getOrUndefined(home))
  const ofFile: ReadonlyArray<SettingProblem> = path === undefined ? [] : yield* inFile(path)
  return [...ofFile, ...(yield* inEnvironment).flat()]
})
