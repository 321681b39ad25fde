/** Starts, stops and queries `sway-session.target`. */
import * as Data from "effect/Data"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { UserManager, UserManagerError } from "../systemd/UserManager.ts"
import { unitNames } from "../systemd/units/catalogue.ts"
import { unitsIn } from "../systemd/units/properties.ts"
import { retryKilled, retrySchedule, warnOnFailure } from "./retryKilled.ts"

const TARGET = unitNames.sessionTarget

/** How long to wait for the target's jobs. Jobs that take longer continue in systemd without us. */
const jobDeadline = Duration.seconds(10)

/** The user manager cannot load the session target: its unit is not installed. */
export class NoSessionTarget extends Data.TaggedError("NoSessionTarget")<{
  readonly target: string
  readonly message: string
}> {}

/** systemd's ActiveState of the target; `undefined` if systemd does not say. */
export const targetState = (
  manager: UserManager["Type"],
): Effect.Effect<string | undefined, NoSessionTarget | UserManagerError> =>
  Effect.flatMap(retryKilled(manager.show([TARGET], ["LoadState", "ActiveState"])), ([properties]) =>
    properties?.["LoadState"] === "loaded"
      ? Effect.succeed(properties["ActiveState"])
      : new NoSessionTarget({
          target: TARGET,
          message: `the user manager has no ${TARGET}: install it with i3pm units install`,
        }),
  )

const isDown = (state: string | undefined) => state === "inactive" || state === "failed" || state === undefined

const warnTimeout = (verb: "start" | "stop") =>
  Effect.logWarning(`${TARGET} takes long to ${verb}; systemd continues in the background`)

/** Stops the target, again and again until systemd reports it down. A job that takes too long continues in systemd. */
export const stopTarget = (manager: UserManager["Type"]): Effect.Effect<void, UserManagerError> =>
  retryKilled(manager.stop([TARGET], jobDeadline)).pipe(
    Effect.zipRight(retryKilled(manager.show([TARGET], ["ActiveState"]))),
    Effect.map(([properties]) => isDown(properties?.["ActiveState"])),
    Effect.repeat({ schedule: retrySchedule, until: down => down }),
    Effect.catchIf(
      ({ reason }) => reason === "Timeout",
      () => warnTimeout("stop"),
    ),
    Effect.asVoid,
  )

/** Starts the target. A job that takes too long continues in systemd. */
export const startTarget = (manager: UserManager["Type"]): Effect.Effect<void, UserManagerError> =>
  retryKilled(manager.start([TARGET], jobDeadline)).pipe(
    Effect.catchIf(
      ({ reason }) => reason === "Timeout",
      () => warnTimeout("start"),
    ),
  )

const GRAPHICAL = "graphical-session.target"

/** The properties of a target that list the units which start or stop with it. */
const memberLists = ["Wants", "Requires", "Requisite", "BindsTo", "ConsistsOf"]

const FAILED_AT = "InactiveEnterTimestampMonotonic"

/**
 * Clears the failed state of the target's members, so that a unit which failed with the last compositor starts with this one.
 * Members of `graphical-session.target` count if our target starts it. The user's other units keep their state. `since`: only of those that
 * have failed since then, in microseconds of the monotonic clock.
 */
export const resetFailures = (
  manager: UserManager["Type"],
  since: number = Number.NEGATIVE_INFINITY,
): Effect.Effect<void, UserManagerError> =>
  Effect.gen(function* () {
    const membersOf = (target: string) =>
      Effect.map(retryKilled(manager.show([target], memberLists)), ([properties = {}]) =>
        memberLists.flatMap(list => unitsIn(properties, list)),
      )
    const own = yield* membersOf(TARGET)
    const more = own.includes(GRAPHICAL) ? yield* membersOf(GRAPHICAL) : []
    const members = [...new Set([TARGET, ...own, ...more])]
    const shown = yield* retryKilled(manager.show(members, ["Id", "ActiveState", FAILED_AT]))
    const failed = shown
      .filter(unit => unit["ActiveState"] === "failed" && Number(unit[FAILED_AT] ?? 0) >= since)
      .flatMap(({ Id }) => Id ?? [])
    yield* retryKilled(manager.resetFailed(failed))
  })

/** Milliseconds before the end of a session is noticed, in which its services may already have failed for want of the compositor. */
const DIED_WITH_IT = 3000

/** Clears the failed state of what has failed because the compositor has just gone: a user need not look at that. Failures are logged. */
export const forgetEnd = (manager: UserManager["Type"]): Effect.Effect<void> =>
  Effect.suspend(() => {
    const since = Number(process.hrtime.bigint() / 1000n) - DIED_WITH_IT * 1000
    return warnOnFailure(resetFailures(manager, since))
  })

/** Starts the target again if it was stopped by hand. True if it was. */
export const restartTarget = (
  manager: UserManager["Type"],
): Effect.Effect<boolean, NoSessionTarget | UserManagerError> =>
  Effect.gen(function* () {
    if ((yield* targetState(manager)) !== "inactive") return false
    yield* startTarget(manager)
    yield* Effect.logInfo(`${TARGET} was stopped: started again`)
    return true
  })
