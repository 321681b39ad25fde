/** What `session bind` did to one unit, kept so that it can be undone: `<state>/i3pm/bound/<unit>.json`. */
import { chmodSync, readdirSync } from "node:fs"
import { dirname } from "node:path"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { makeDirectory } from "../../system/durable.ts"
import { errnoOf } from "../../system/errno.ts"
import { absent, file, type PathError, PathState, put, readBytes, removeIfEmpty } from "./PathState.ts"

/** One path: what was there, and what is there instead. */
export const Change = Schema.Struct({ path: Schema.String, before: PathState, after: PathState })
export type Change = typeof Change.Type

/** The changes for one unit, in the order in which they were made. */
export const BoundRecord = Schema.Struct({
  version: Schema.Literal(1),
  unit: Schema.String,
  changes: Schema.Array(Change),
})
export type BoundRecord = typeof BoundRecord.Type

const codec = Schema.parseJson(BoundRecord, { space: 2 })
const encode = Schema.encode(codec)
/** Fails where the text is not a record. */
export const decodeRecord = Schema.decodeUnknown(codec)

/** The directory of the records, below a state directory. */
export const recordsIn = (state: string): string => `${state}/i3pm/bound`

const SUFFIX = ".json"

const pathOf = (records: string, unit: string) => `${records}/${unit}${SUFFIX}`

/** Who may read what is kept: this user alone, since units may hold secrets. */
const DIRECTORY_MODE = 0o700
const FILE_MODE = 0o600

const prepare = (state: string) =>
  Effect.sync(() => {
    try {
      makeDirectory(state)
      for (const directory of [`${state}/i3pm`, recordsIn(state)]) {
        makeDirectory(directory, DIRECTORY_MODE)
        chmodSync(directory, DIRECTORY_MODE)
      }
    } catch {
      // The write that follows says what is wrong, with the path.
    }
  })

/** The units that there are records of. */
export const listRecords = (state: string): Effect.Effect<ReadonlyArray<string>> =>
  Effect.sync(() => {
    try {
      return readdirSync(recordsIn(state))
        .filter(name => name.endsWith(SUFFIX) && !name.startsWith("."))
        .map(name => name.slice(0, -SUFFIX.length))
        .sort()
    } catch {
      return []
    }
  })

/** The text of a unit's record; `undefined` where there is none. */
export const readRecord = (
  state: string,
  unit: string,
): Effect.Effect<{ readonly path: string; readonly text: string } | undefined, PathError> => {
  const path = pathOf(recordsIn(state), unit)
  return readBytes(path).pipe(
    Effect.map(text => ({ path, text: Buffer.from(text, "latin1").toString("utf8") })),
    Effect.catchIf(
      ({ cause }) => errnoOf(cause) === "ENOENT",
      () => Effect.succeed(undefined),
    ),
  )
}

/** Writes a record, whole or not at all. */
export const writeRecord = (state: string, unit: string, changes: ReadonlyArray<Change>) =>
  Effect.gen(function* () {
    const text = yield* Effect.orDie(encode({ version: 1, unit, changes }))
    yield* prepare(state)
    yield* put(pathOf(recordsIn(state), unit), file(Buffer.from(text).toString("latin1"), FILE_MODE))
  })

/** Removes a record, and the directories when it was the last. */
export const removeRecord = (state: string, unit: string): Effect.Effect<void, PathError> =>
  put(pathOf(recordsIn(state), unit), absent).pipe(
    Effect.zipRight(removeIfEmpty(recordsIn(state))),
    Effect.zipRight(removeIfEmpty(dirname(recordsIn(state)))),
  )
