/** Looks at the targets of sessions, and at the process that holds the session. */
import { readFileSync, realpathSync } from "node:fs"
import { basename, dirname } from "node:path"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import { GRAPHICAL_TARGET } from "../../session/binding/targets.ts"
import { read, recordPathIn } from "../../session/SessionRecord.ts"
import { ProcessTable } from "../../system/ProcessTable.ts"
import { RuntimeDir } from "../../system/RuntimeDir.ts"
import { UserManager } from "../../systemd/UserManager.ts"
import { unitNames } from "../../systemd/units/catalogue.ts"
import { authorOf } from "../../systemd/units/marker.ts"
import { type UnitProperties, unitsIn } from "../../systemd/units/properties.ts"
import { isPackagesTarget } from "../../systemd/units/unitNames.ts"
import { isActive, type TargetFacts } from "../Facts.ts"

const realPath = (path: string) => {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}

const authorAt = (path: string) => {
  try {
    return authorOf(readFileSync(path))
  } catch {
    return undefined
  }
}

/** True for a file that `units install` wrote, and for the target of i3pm's packages: generated, or with the daemon's unit beside it. */
export const isOurs = (path: string): boolean => {
  if (isPackagesTarget(path)) return true
  const author = authorAt(path)
  if (author === undefined || author !== "foreign") return author !== undefined
  return basename(path) === unitNames.sessionTarget && authorAt(`${dirname(path)}/${unitNames.daemon}`) === "foreign"
}

const toFacts = (properties: UnitProperties): TargetFacts => {
  const { FragmentPath = "", Id = "" } = properties
  return { unit: Id, active: isActive(properties), path: realPath(FragmentPath), ours: isOurs(FragmentPath) }
}

/** i3pm's own target, and the other ones that are bound to `graphical-session.target`. `shown` must have both units. */
export const targetFacts = (shown: ReadonlyArray<UnitProperties>) =>
  Effect.gen(function* () {
    const manager = yield* UserManager
    const graphical = shown.find(({ Id }) => Id === GRAPHICAL_TARGET) ?? {}
    const own = shown.filter(({ Id }) => Id === unitNames.sessionTarget)
    const names = unitsIn(graphical, "BoundBy").filter(
      name => name.endsWith(".target") && name !== unitNames.sessionTarget,
    )
    const others = yield* manager.show(names, ["Id", "ActiveState", "FragmentPath"])
    return Either.right([...own, ...others].map(toFacts))
  })

/** The socket of the compositor whose session a running `session run` holds; `undefined` if none does. */
export const heldSession = Effect.gen(function* () {
  const { path } = yield* RuntimeDir
  const processes = yield* ProcessTable
  const found = yield* read(recordPathIn(path))
  const record = found === undefined ? undefined : Option.getOrUndefined(found.record)
  if (record === undefined) return Either.right(undefined)
  const started = yield* processes.startTime(record.pid)
  return Either.right(Option.contains(started, record.started) ? record.socket : undefined)
})
