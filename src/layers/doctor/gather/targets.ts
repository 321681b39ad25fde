/** Looks at the targets that call themselves the session, and at who holds it. */
import { existsSync, readFileSync, realpathSync } from "node:fs"
import { dirname } from "node:path"
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
import { unitsIn } from "../../systemd/units/properties.ts"
import { isActive, type TargetFacts } from "../Facts.ts"

const realPath = (path: string) => {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}

/** True for a file that `units install` wrote, or that lies beside the daemon's unit of a package. */
const isOurs = (path: string) => {
  if (path === "") return false
  try {
    const author = authorOf(readFileSync(path))
    return author !== "foreign" || (!/\/etc\//.test(path) && existsSync(`${dirname(path)}/${unitNames.daemon}`))
  } catch {
    return false
  }
}

/** Those that are bound to `graphical-session.target`, and i3pm's own. */
export const targetFacts = Effect.gen(function* () {
  const manager = yield* UserManager
  const [graphical = {}] = yield* manager.show([GRAPHICAL_TARGET], ["Id", "BoundBy"])
  const names = [unitNames.sessionTarget, ...unitsIn(graphical, "BoundBy").filter(name => name.endsWith(".target"))]
  const shown = yield* manager.show([...new Set(names)], ["Id", "ActiveState", "FragmentPath"])
  return Either.right(
    shown.map((properties): TargetFacts => {
      const { FragmentPath = "", Id = "" } = properties
      return { unit: Id, active: isActive(properties), path: realPath(FragmentPath), ours: isOurs(FragmentPath) }
    }),
  )
})

/** The compositor whose session is held by a `session run` that is alive. */
export const heldSession = Effect.gen(function* () {
  const { path } = yield* RuntimeDir
  const processes = yield* ProcessTable
  const found = yield* read(recordPathIn(path))
  const record = found === undefined ? undefined : Option.getOrUndefined(found.record)
  if (record === undefined) return Either.right(undefined)
  const started = yield* processes.startTime(record.pid)
  return Either.right(Option.contains(started, record.started) ? record.socket : undefined)
})
