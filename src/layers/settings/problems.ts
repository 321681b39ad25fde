/** Finds all problems of the settings, for `i3pm doctor`. The usual reader stops at the first one. */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { variable } from "../system/environment.ts"
import { readSmallFile } from "../system/readSmallFile.ts"
import { type SettingKey, settingKeys, settingsByKey } from "./catalogue.ts"
import { lineOfToml, parseToml, unreadable } from "./configFile.ts"
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
  /** True if the file is right once this line is a comment: it sets the wrong key, and does not begin a table. */
  readonly isOneLine: boolean
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

type Place = Pick<SettingProblem, "line" | "isOneLine">

const nowhere: Place = { line: undefined, isOneLine: false }

/**
 * The line that sets a dotted key, or else the first one that begins a table of this name or sets a key in it. Such a line cannot become a
 * comment: its keys would belong to the table before it.
 */
const placeOf = (text: string, key: string): Place => {
  let table = ""
  const names = text.split("\n").map(line => {
    const [, header] = /^\s*\[\[?([^[\]]+)\]/.exec(line) ?? []
    if (header !== undefined) {
      table = `${bare(header)}.`
      return { name: bare(header), isHeader: true }
    }
    const [, name] = /^\s*([^#=[\]]+)=/.exec(line) ?? []
    return { name: name === undefined ? "" : table + bare(name), isHeader: false }
  })
  const exact = names.findIndex(({ isHeader, name }) => !isHeader && name === key)
  if (exact >= 0) return { line: exact + 1, isOneLine: true }
  const near = names.findIndex(({ name }) => name === key || name.startsWith(`${key}.`))
  return near < 0 ? nowhere : { line: near + 1, isOneLine: false }
}

/** What is wrong, with the line, in one sentence. */
export const textOf = ({ error, line }: SettingProblem): string =>
  // The message on a file that is not TOML has the line.
  line === undefined || error.reason === "Malformed" ? error.message : `line ${line}: ${error.message}`

/** True if the text is still TOML once this line is a comment: a value of several lines would leave the others behind. */
const isWholeWithout = (path: string, text: string, line: number) =>
  Effect.isSuccess(
    parseToml(
      path,
      text
        .split("\n")
        .with(line - 1, "")
        .join("\n"),
    ),
  )

const checkedPlace = (path: string, text: string, key: string): Effect.Effect<Place> => {
  const place = placeOf(text, key)
  return place.line === undefined || !place.isOneLine
    ? Effect.succeed(place)
    : Effect.map(isWholeWithout(path, text, place.line), isOneLine => ({ ...place, isOneLine }))
}

const inFile = (path: string) =>
  Effect.gen(function* () {
    const bytes = yield* Effect.mapError(readSmallFile(path, MAX_SIZE), cause => unreadable(path, cause))
    if (Option.isNone(bytes)) return []
    const text = bytes.value.toString("utf8")
    const table = yield* parseToml(path, text)
    const errors = keysIn(path, table).flatMap(entry => {
      const error = entry.ok ? faultOfEntry(entry.value) : entry.fault
      return error === undefined ? [] : [error]
    })
    return yield* Effect.forEach(errors, error =>
      Effect.map(
        checkedPlace(path, text, error.key ?? ""),
        (place): SettingProblem => ({ error, ...place, variable: undefined }),
      ),
    )
  }).pipe(
    Effect.catchAll(error =>
      Effect.succeed([{ error, line: lineOfToml(error.cause), isOneLine: false, variable: undefined }]),
    ),
  )

const inEnvironment = Effect.forEach(settingKeys, key => {
  const where = settingsByKey[key].variable
  return Effect.flatMap(
    variable(where),
    Option.match({
      onNone: () => Effect.succeed<ReadonlyArray<SettingProblem>>([]),
      onSome: text => {
        const error = faultOf(key, { text, where, source: "variable" })
        return Effect.succeed(error === undefined ? [] : [{ error, ...nowhere, variable: where }])
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
