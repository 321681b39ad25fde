/** Finds all problems of the settings, for `i3pm doctor`. The usual reader stops at the first one. */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { variable } from "../system/environment.ts"
import { readSmallFile } from "../system/readSmallFile.ts"
import { type SettingKey, settingKeys, settingsByKey } from "./catalogue.ts"
import { parseToml, unreadable } from "./configFile.ts"
import { configFileOf } from "./configFileOf.ts"
import { MAX_SIZE } from "./fileLimit.ts"
import { entryIn } from "./readSettings.ts"
import type { SettingsFault } from "./SettingsFault.ts"
import { durationOf, logLevelOf, socketOf, type Value } from "./values.ts"

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
  const checked =
    key === "socket"
      ? socketOf(value, { stays: false })
      : key === "log_level"
        ? logLevelOf(value)
        : durationOf(key, value)
  return checked.ok ? undefined : checked.fault
}

/** The line that sets a key; a key may be written in quotes (TOML 1.0, "Keys"). */
const lineOf = (text: string, key: string): number | undefined => {
  const name = key.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")
  const sets = new RegExp(`^\\s*(?:\\[+\\s*)?["']?${name}["']?\\s*[.=\\]]`)
  const at = text.split("\n").findIndex(line => sets.test(line))
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
    return Object.entries(table).flatMap(([key, value]): ReadonlyArray<SettingProblem> => {
      const entry = entryIn(path, key, value)
      const error = entry.ok ? faultOf(...entry.value) : entry.fault
      return error === undefined ? [] : [{ error, line: lineOf(text, key), variable: undefined }]
    })
  }).pipe(Effect.catchAll(error => Effect.succeed([{ error, line: lineOfToml(error), variable: undefined }])))

const inEnvironment = Effect.forEach(settingKeys, key => {
  const where = settingsByKey[key].variable
  return Effect.flatMap(
    variable(where),
    Option.match({
      onNone: () => Effect.succeed<ReadonlyArray<SettingProblem>>([]),
      onSome: text => {
        const error = faultOf(key, { text, where, place: "variable" })
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
