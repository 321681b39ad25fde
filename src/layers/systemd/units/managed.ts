/** The units as a user manager has them, where one runs. */
import { realpathSync } from "node:fs"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { UserManager, type UserManagerError } from "../UserManager.ts"
import { pathsIn } from "./pathsIn.ts"

/** How long a unit may take to start or stop: longer than the daemon's own limits allow. */
export const JOB_DEADLINE: Duration.Duration = Duration.seconds(30)

/** The state of one unit. */
export interface UnitState {
  readonly name: string
  /** True while it starts, too. */
  readonly isRunning: boolean
  /** True when the manager has not read the file that is there now. */
  readonly isStale: boolean
}

const atRest: ReadonlySet<string | undefined> = new Set(["inactive", "failed", "deactivating", undefined])

/** The state of each unit, in the order asked for. */
export const statesOf = (
  names: ReadonlyArray<string>,
): Effect.Effect<ReadonlyArray<UnitState>, UserManagerError, UserManager> =>
  Effect.gen(function* () {
    const manager = yield* UserManager
    const answers = yield* manager.show(names, ["ActiveState", "LoadState", "NeedDaemonReload"])
    return names.map((name, index) => {
      const { ActiveState, LoadState, NeedDaemonReload } = answers[index] ?? {}
      const isStale = NeedDaemonReload === "yes" || LoadState === "not-found"
      return { name, isRunning: !atRest.has(ActiveState), isStale }
    })
  })

const isSamePath = (one: string, other: string) => {
  try {
    return one === other || realpathSync(one) === realpathSync(other)
  } catch {
    return false
  }
}

/**
 * The manager's unit path, with `directory` spelled as it is here; `undefined` when it does not look there at all: it was
 * started with another `XDG_CONFIG_HOME`. Its own property, since `systemd-analyze unit-paths` tells of this process's
 * environment. A directory that does not exist yet is on the path all the same.
 */
export const unitPathWith = (
  directory: string,
): Effect.Effect<ReadonlyArray<string> | undefined, UserManagerError, UserManager> =>
  Effect.gen(function* () {
    const manager = yield* UserManager
    const paths = pathsIn(yield* manager.property("UnitPath"))
    const at = paths.findIndex(path => isSamePath(path, directory))
    return at < 0 ? undefined : paths.with(at, directory)
  })

/** Why nothing is done in a directory that the manager does not look into. */
export const otherManager = (directory: string): string =>
  `the user manager does not look for units in ${directory}: is XDG_CONFIG_HOME what it was started with?`

/** `undefined` where no user manager runs. */
export const ifManaged = <A, R>(
  question: Effect.Effect<A, UserManagerError, R>,
): Effect.Effect<A | undefined, UserManagerError, R> =>
  Effect.catchIf(
    question,
    ({ reason }) => reason === "NotRunning" || reason === "NoSystemd",
    () => Effect.succeed(undefined),
  )
