/** Finds copies of package's units that `session bind` has made and that differ from what it would make now. */
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import { decodeRecord, listRecords, readRecord } from "../../session/binding/BoundRecord.ts"
import { move } from "../../session/binding/bindPlan.ts"
import { readText } from "../../session/binding/PathState.ts"
import { isFile } from "../../system/fileAt.ts"
import { UserDirs } from "../../system/UserDirs.ts"
import { pathsIn } from "../../systemd/units/pathsIn.ts"
import { rewriteUnit } from "../../systemd/units/rewrite.ts"
import type { OutdatedCopy } from "../Facts.ts"

const textAt = (path: string) =>
  Effect.map(
    Effect.orElseSucceed(readText(path), () => Option.none<string>()),
    Option.getOrUndefined,
  )

/** True if `session bind` has made the file. */
const isCopy = (state: string, unit: string, path: string) =>
  readRecord(state, unit).pipe(
    Effect.flatMap(found => decodeRecord(found?.text)),
    Effect.map(({ changes }) => changes.some(change => change.path === path && change.before.kind === "absent")),
    Effect.orElseSucceed(() => false),
  )

/** The copy of one bound unit, if the package's file has changed since. Files that the user had already are no copies. */
const outdatedCopy = (unit: string, directories: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const { state, units } = yield* UserDirs
    const copy = `${units}/${unit}`
    const source = directories.map(directory => `${directory}/${unit}`).find(isFile)
    if (source === undefined || !(yield* isCopy(state, unit, copy))) return []
    const [before, now] = [yield* textAt(copy), yield* textAt(source)]
    return before === undefined || now === undefined || rewriteUnit(now, move) === before
      ? []
      : [{ unit, copy, source } satisfies OutdatedCopy]
  })

/** `unitPath`: the directories of the manager's units. Those after the user's own can have a package's units. */
export const outdatedCopies = (unitPath: string) =>
  Effect.gen(function* () {
    const { state, units } = yield* UserDirs
    const paths = pathsIn(unitPath)
    const packaged = paths.slice(paths.indexOf(units) + 1)
    const found = yield* Effect.forEach(yield* listRecords(state), unit => outdatedCopy(unit, packaged))
    return Either.right(found.flat())
  })
