/** The units as a user manager has them, where one runs. */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { UserManager, type UserManagerError } from "../UserManager.ts"

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

/** `undefined` where no user manager runs. */
export const ifManaged = <A, R>(
  question: Effect.Effect<A, UserManagerError, R>,
): Effect.Effect<A | undefined, UserManagerError, R> =>
  Effect.catchIf(
    question,
    ({ reason }) => reason === "NotRunning" || reason === "NoSystemd",
    () => Effect.succeed(undefined),
  )
