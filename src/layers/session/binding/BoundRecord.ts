/** The record of what `session bind` changed for one unit, so that it can be undone: `<state>/i3pm/bound/<unit>.json`. */
import { chmodSync, readdirSync } from "node:fs"
import { dirname } from "node:path"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { makeDirectory } from "../../system/durable.ts"
import { pathOf } from "../../system/rawText.ts"
import { absent, file, type PathError, PathState, put, readText, removeIfEmpty } from "./PathState.ts"

/** A change of one path: its state before and after. */
export const Change = Schema.Struct({ path: Schema.String, before: PathState, after: PathState })
/** A decoded {@link Change}. */
export type Change = typeof Change.Type

/** The changes for one unit, in the order they were made. */
export const BoundRecord = Schema.Struct({
  version: Schema.Literal(1),
  unit: Schema.String,
  changes: Schema.Array(Change),
})
/** A decoded {@link BoundRecord}. */
export type BoundRecord = typeof BoundRecord.Type

const codec = Schema.parseJson(BoundRecord, { space: 2 })
const encode = Schema.encode(codec)
/** Reads the text of a record. Fails with a `ParseError` if it is not one. */
export const decodeRecord = Schema.decodeUnknown(codec)

/** The directory of the records in a state directory. */
export const recordsIn = (state: string): string => `${state}/i3pm/bound`

const SUFFIX = ".json"

const recordPath = (records: string, unit: string) => `${records}/${unit}${SUFFIX}`

/** Only this user may read the records: units may hold secrets. */
const DIRECTORY_MODE = 0o700
const FILE_MODE = 0o600

/** Most bytes of a record that are read. It holds each changed file twice, in base64, so this is 24 files of the largest size. */
const MAX_RECORD = 64 * 1024 * 1024

const prepare = (state: string) =>
  Effect.sync(() => {
    try {
      makeDirectory(state)
      for (const directory of [`${state}/i3pm`, recordsIn(state)]) {
        makeDirectory(directory, DIRECTORY_MODE)
        chmodSync(pathOf(directory), DIRECTORY_MODE)
      }
    } catch {
      // The write that follows fails too, and its error names the path.
    }
  })

/** The names of all units that have a record, sorted. */
export const listRecords = (state: string): Effect.Effect<ReadonlyArray<string>> =>
  Effect.sync(() => {
    try {
      return readdirSync(pathOf(recordsIn(state)))
        .filter(name => name.endsWith(SUFFIX) && !name.startsWith("."))
        .map(name => name.slice(0, -SUFFIX.length))
        .sort()
    } catch {
      return []
    }
  })

/** The path and the text of a unit's record; `undefined` if there is none. */
export const readRecord = (
  state: string,
  unit: string,
): Effect.Effect<{ readonly path: string; readonly text: string } | undefined, PathError> => {
  const path = recordPath(recordsIn(state), unit)
  return Effect.map(readText(path, MAX_RECORD), text =>
    Option.isNone(text) ? undefined : { path, text: Buffer.from(text.value, "latin1").toString("utf8") },
  )
}

/** Writes a record; it is complete or not there at all. */
export const writeRecord = (state: string, unit: string, changes: ReadonlyArray<Change>) =>
  Effect.gen(function* () {
    const text = yield* Effect.orDie(encode({ version: 1, unit, changes }))
    yield* prepare(state)
    yield* put(recordPath(recordsIn(state), unit), file(Buffer.from(text).toString("latin1"), FILE_MODE))
  })

/** Removes a record, and the directories if it was the last one. */
export const removeRecord = (state: string, unit: string): Effect.Effect<void, PathError> =>
  put(recordPath(recordsIn(state), unit), absent).pipe(
    Effect.zipRight(removeIfEmpty(recordsIn(state))),
    Effect.zipRight(removeIfEmpty(dirname(recordsIn(state)))),
  )
