/** Queries the user manager about units, and detects that there is no manager. */
import { realpathSync } from "node:fs"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { UserManager, type UserManagerError } from "../UserManager.ts"
import { pathsIn } from "./pathsIn.ts"

/** How long a unit may take to start or stop. The daemon's own limits are shorter. */
export const JOB_DEADLINE: Duration.Duration = Duration.seconds(30)

/** The state of one unit. */
export interface UnitState {
  readonly name: string
  /** True also while it starts. */
  readonly isRunning: boolean
  /** True if the manager has not loaded the current file. */
  readonly isStale: boolean
}

const notRunning: ReadonlySet<string | undefined> = new Set(["inactive", "failed", "deactivating", undefined])

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
      return { name, isRunning: !notRunning.has(ActiveState), isStale }
    })
  })

/** True for two paths of the same file or directory. */
export const isSamePath = (one: string, other: string): boolean => {
  try {
    return one === other || realpathSync(one) === realpathSync(other)
  } catch {
    return false
  }
}

/** The manager's unit path, the first directory wins. */
export interface SpelledUnitPath {
  /** With one directory spelled as it is here. */
  readonly paths: ReadonlyArray<string>
  /** How the manager spells that directory: there may be a link in the way. */
  readonly spelling: string
}

/** The manager's unit path with `directory` spelled as it is here; `undefined` if `directory` is not on it. */
export const spelledHere = (paths: ReadonlyArray<string>, directory: string): SpelledUnitPath | undefined => {
  const at = paths.findIndex(path => isSamePath(path, directory))
  return at < 0 ? undefined : { paths: paths.with(at, directory), spelling: paths[at] ?? directory }
}

/**
 * The manager's unit path, see {@link spelledHere}. `undefined` if `directory` is not on it: the manager was started with another
 * `XDG_CONFIG_HOME`. A directory that does not exist yet can be on it.
 *
 * It is read from the manager's property, because `systemd-analyze unit-paths` uses the environment of this process.
 */
export const unitPathWith = (
  directory: string,
): Effect.Effect<SpelledUnitPath | undefined, UserManagerError, UserManager> =>
  Effect.gen(function* () {
    const manager = yield* UserManager
    return spelledHere(pathsIn(yield* manager.property("UnitPath")), directory)
  })

/** Error text: the unit directory is not on the manager's path. */
export const otherManager = (directory: string): string =>
  `the user manager does not look for units in ${directory}: it was probably started with another XDG_CONFIG_HOME`

/** The answer, or `undefined` if no user manager runs. */
export const ifManaged = <A, R>(
  question: Effect.Effect<A, UserManagerError, R>,
): Effect.Effect<A | undefined, UserManagerError, R> =>
  Effect.catchIf(
    question,
    ({ reason }) => reason === "NotRunning" || reason === "NoSystemd",
    () => Effect.succeed(undefined),
  )
