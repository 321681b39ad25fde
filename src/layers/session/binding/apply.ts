/** Applies the changes of a plan, and undoes all of them if one fails, or later for `unbind`. */
import * as Effect from "effect/Effect"
import { shellLine } from "../../system/shellWords.ts"
import { type BoundRecord, type Change, decodeRecord, readRecord, removeRecord, writeRecord } from "./BoundRecord.ts"
import { isSame, masked, type PathError, type PathState, put, removeIfEmpty, stateOf } from "./PathState.ts"
import { SessionBindingError } from "./SessionBindingError.ts"

/** `intact`: all changes are in place. `partial`: some were never made or were undone since; reverting loses nothing. */
type Integrity = "intact" | "partial"

const edited = (unit: string, path: string) => {
  const remedy = `move your version away (${shellLine(["mv", path, `${path}.mine`])}) and try again`
  const message = `${path} was edited since i3pm bound ${unit}: ${remedy}`
  return new SessionBindingError({ reason: "Edited", unit, path, message })
}

/**
 * True for a link in a target's directory that stands where bind has removed or masked one: `systemctl --user enable` made it.
 */
const isEnabledSince = ({ after, path }: Change, now: PathState): boolean =>
  /\.(?:wants|requires|upholds)\/[^/]+$/.test(path) &&
  (after.kind === "absent" || isSame(after, masked)) &&
  now.kind === "link" &&
  !isSame(now, masked)

/**
 * Fails with `Edited` if a path is neither as bind left it, nor as it was before, nor gone, nor enabled since. A directory may have other files.
 */
const integrityOf = (unit: string, changes: ReadonlyArray<Change>) =>
  Effect.gen(function* () {
    let integrity: Integrity = "intact"
    for (const change of changes) {
      const { after, before, path } = change
      const now = yield* stateOf(path)
      if (isSame(now, after)) continue
      const isReplaceable =
        after.kind === "directory" || now.kind === "absent" || isSame(now, before) || isEnabledSince(change, now)
      if (!isReplaceable) return yield* edited(unit, path)
      integrity = "partial"
    }
    return integrity
  })

/**
 * A unit's record, and whether its changes are still in place; `undefined` if there is no record. Fails with `BadRecord` or
 * `Edited`, or if a path cannot be read.
 */
export const loadRecord = (state: string, unit: string) =>
  Effect.gen(function* () {
    const found = yield* readRecord(state, unit)
    if (found === undefined) return undefined
    const record = yield* decodeRecord(found.text).pipe(
      Effect.mapError(cause => {
        const { path } = found
        const message = `${path} is not a valid record (${cause.message}): move it away, and restore ${unit} by hand`
        return new SessionBindingError({ reason: "BadRecord", unit, path, message, cause })
      }),
    )
    return { record, integrity: yield* integrityOf(unit, record.changes) }
  })

/** Undoes changes, the last one first. A path that is as it was before is not touched, and what was enabled since stays. */
const undo = (unit: string, changes: ReadonlyArray<Change>) =>
  Effect.forEach(
    [...changes].reverse(),
    (change): Effect.Effect<void, PathError | SessionBindingError> => {
      const { after, before, path } = change
      return after.kind === "directory"
        ? removeIfEmpty(path)
        : Effect.flatMap(stateOf(path), (now): Effect.Effect<void, PathError | SessionBindingError> => {
            if (isSame(now, before) || isEnabledSince(change, now)) return Effect.void
            return now.kind === "absent" || isSame(now, after) ? put(path, before) : edited(unit, path)
          })
    },
    { discard: true },
  )

/** Undoes all changes of a record and then removes it. If it is killed in between it can be repeated. */
export const revert = (state: string, { changes, unit }: BoundRecord) =>
  Effect.uninterruptible(Effect.zipRight(undo(unit, changes), removeRecord(state, unit)))

/** New changes to a unit, and those that an earlier bind made. */
export interface UnitChanges {
  readonly unit: string
  readonly changes: ReadonlyArray<Change>
  readonly earlier: ReadonlyArray<Change>
}

const apply = (state: string, { changes, earlier, unit }: UnitChanges) =>
  Effect.gen(function* () {
    yield* writeRecord(state, unit, [...earlier, ...changes])
    yield* Effect.forEach(changes, ({ after, path }) => put(path, after), { discard: true })
  })

const rollBack = (state: string, { changes, earlier, unit }: UnitChanges) =>
  Effect.gen(function* () {
    yield* undo(unit, changes)
    yield* earlier.length === 0 ? removeRecord(state, unit) : writeRecord(state, unit, earlier)
  })

/**
 * Applies the changes of all units or of none. Each unit's record is written before its first change. After a failure the
 * changes to this unit and to those before it are undone.
 */
export const applyAll = (state: string, all: ReadonlyArray<UnitChanges>): Effect.Effect<void, PathError> =>
  Effect.forEach(
    all,
    (unitChanges, index) =>
      apply(state, unitChanges).pipe(
        Effect.tapError(() =>
          Effect.forEach(all.slice(0, index + 1).reverse(), done => Effect.ignore(rollBack(state, done))),
        ),
      ),
    { discard: true },
  ).pipe(Effect.uninterruptible)
