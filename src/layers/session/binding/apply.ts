/** Makes the changes of a plan, and takes them back. */
import * as Effect from "effect/Effect"
import { type BoundRecord, type Change, decodeRecord, readRecord, removeRecord, writeRecord } from "./BoundRecord.ts"
import { isSame, type PathError, put, removeIfEmpty, stateOf } from "./PathState.ts"
import { SessionBindingError } from "./SessionBindingError.ts"

/** `intact`: all is as it was left. `partial`: some of it was never made, or has been removed since; nothing would be lost. */
type Integrity = "intact" | "partial"

const edited = (unit: string, path: string) =>
  new SessionBindingError({
    reason: "Edited",
    unit,
    path,
    message: `${path} was changed since i3pm bound ${unit}: move your version away (mv ${path} ${path}.mine) and try again`,
  })

/** Fails when a path holds something that is neither what bind put there nor what was there before. */
const integrityOf = (unit: string, changes: ReadonlyArray<Change>) =>
  Effect.gen(function* () {
    let integrity: Integrity = "intact"
    for (const { after, before, path } of changes) {
      const now = yield* stateOf(path)
      if (isSame(now, after)) continue
      const isReplaceable = after.kind === "directory" || now.kind === "absent" || isSame(now, before)
      if (!isReplaceable) return yield* edited(unit, path)
      integrity = "partial"
    }
    return integrity
  })

/** A unit's record and whether what it tells of is still so; `undefined` where there is none. */
export const load = (state: string, unit: string) =>
  Effect.gen(function* () {
    const found = yield* readRecord(state, unit)
    if (found === undefined) return undefined
    const record = yield* decodeRecord(found.text).pipe(
      Effect.mapError(cause => {
        const { path } = found
        const message = `${path} is not a record of what was bound (${cause.message}): move it away, and mend ${unit} by hand`
        return new SessionBindingError({ reason: "BadRecord", unit, path, message, cause })
      }),
    )
    return { record, integrity: yield* integrityOf(unit, record.changes) }
  })

/** Takes changes back, the last one first. What is as it was before already stays untouched. */
const undo = (unit: string, changes: ReadonlyArray<Change>) =>
  Effect.forEach(
    [...changes].reverse(),
    ({ after, before, path }): Effect.Effect<void, PathError | SessionBindingError> =>
      after.kind === "directory"
        ? removeIfEmpty(path)
        : Effect.flatMap(stateOf(path), (now): Effect.Effect<void, PathError | SessionBindingError> => {
            if (isSame(now, before)) return Effect.void
            return now.kind === "absent" || isSame(now, after) ? put(path, before) : edited(unit, path)
          }),
    { discard: true },
  )

/** Takes back all that a record tells of, then removes it: what is interrupted in between can be done again. */
export const revert = (state: string, { changes, unit }: BoundRecord) =>
  Effect.uninterruptible(Effect.zipRight(undo(unit, changes), removeRecord(state, unit)))

/** Changes to a unit, and those that were made to it by an earlier bind. */
export interface Work {
  readonly unit: string
  readonly changes: ReadonlyArray<Change>
  readonly earlier: ReadonlyArray<Change>
}

const apply = (state: string, { changes, earlier, unit }: Work) =>
  Effect.gen(function* () {
    yield* writeRecord(state, unit, [...earlier, ...changes])
    yield* Effect.forEach(changes, ({ after, path }) => put(path, after), { discard: true })
  })

const abandon = (state: string, { changes, earlier, unit }: Work) =>
  Effect.gen(function* () {
    yield* undo(unit, changes)
    yield* earlier.length === 0 ? removeRecord(state, unit) : writeRecord(state, unit, earlier)
  })

/**
 * Does all the work or none: the record of each unit is written before its first change, and a failure takes back what was
 * done for it and for those before it.
 */
export const applyAll = (state: string, works: ReadonlyArray<Work>): Effect.Effect<void, PathError> =>
  Effect.forEach(
    works,
    (work, index) =>
      apply(state, work).pipe(
        Effect.tapError(() =>
          Effect.forEach(works.slice(0, index + 1).reverse(), done => Effect.ignore(abandon(state, done))),
        ),
      ),
    { discard: true },
  ).pipe(Effect.uninterruptible)
