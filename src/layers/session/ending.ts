/**
 * What has to reach systemd and D-Bus when a session begins and ends, even while others kill our children: a unit that is
 * stopped gets SIGTERM with all its processes, and `systemctl` and `busctl` are among them.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import type { SessionBus, SessionBusError } from "../systemd/SessionBus.ts"
import type { UserManager, UserManagerError } from "../systemd/UserManager.ts"
import { unitNames } from "../systemd/units/catalogue.ts"
import { unitsIn } from "../systemd/units/properties.ts"

const TARGET = unitNames.sessionTarget

/** How long to wait for the target's jobs: what takes longer goes on without us. */
const jobDeadline = Duration.seconds(10)

/** Between two attempts: an order takes about as long, and the compositor's end is to be over within a second. */
const pause = Schedule.spaced(Duration.millis(20))

/** Nobody kills children for as long as this, but by killing us too. */
const patience = Schedule.recurUpTo(Duration.seconds(10))

type Failure = UserManagerError | SessionBusError

/** Gives the order again where its messenger was killed. All of these orders may be given twice. */
export const persistently = <A, E extends Failure, R>(order: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.retry(order, {
    schedule: Schedule.intersect(pause, patience),
    while: ({ reason }) => reason === "Killed",
  })

/** What can not be put away is said, and the rest is put away all the same. */
export const warn = <R>(effect: Effect.Effect<void, { readonly message: string }, R>): Effect.Effect<void, never, R> =>
  Effect.catchAll(effect, ({ message }) => Effect.logWarning(message))

const isDown = (state: string | undefined) => state === "inactive" || state === "failed" || state === undefined

/** Stops the session target, again and again until systemd says that it is down; ends at once where its jobs take long. */
export const stopTarget = (manager: UserManager["Type"]): Effect.Effect<void, UserManagerError> =>
  persistently(manager.stop([TARGET], jobDeadline)).pipe(
    Effect.zipRight(persistently(manager.show([TARGET], ["ActiveState"]))),
    Effect.map(([properties]) => isDown(properties?.["ActiveState"])),
    Effect.repeat({ schedule: Schedule.intersect(pause, patience), until: down => down }),
    Effect.catchIf(
      ({ reason }) => reason === "Timeout",
      () => Effect.logWarning(`${TARGET} takes long to stop; systemd goes on with it`),
    ),
    Effect.asVoid,
  )

/** Starts the session target. */
export const startTarget = (manager: UserManager["Type"]): Effect.Effect<void, UserManagerError> =>
  persistently(manager.start([TARGET], jobDeadline)).pipe(
    Effect.catchIf(
      ({ reason }) => reason === "Timeout",
      () => Effect.logWarning(`${TARGET} takes long to start; systemd goes on with it`),
    ),
  )

const emptied = (names: ReadonlyArray<string>) => Object.fromEntries(names.map(name => [name, ""]))

/** The bus first: one that hands its variables on to the manager must not have the last word there. */
export const clearVariables = (
  manager: UserManager["Type"],
  bus: SessionBus["Type"],
  names: ReadonlyArray<string>,
): Effect.Effect<void> =>
  names.length === 0
    ? Effect.void
    : Effect.zipRight(
        warn(persistently(bus.setEnvironment(emptied(names)))),
        warn(persistently(manager.unsetEnvironment(names))),
      )

const GRAPHICAL = "graphical-session.target"

/** The properties of a target that name the units which start or stop with it. */
const memberLists = ["Wants", "Requires", "Requisite", "BindsTo", "ConsistsOf"]

/**
 * Forgets the failures of the units that belong to the target, so that what failed with the last compositor may start with this
 * one: those that start or stop with it or with `graphical-session.target`, which it starts. All other units of the user's keep
 * theirs.
 */
export const resetFailures = (manager: UserManager["Type"]): Effect.Effect<void, UserManagerError> =>
  Effect.gen(function* () {
    const membersOf = (target: string) =>
      Effect.map(persistently(manager.show([target], memberLists)), ([properties = {}]) =>
        memberLists.flatMap(list => unitsIn(properties, list)),
      )
    const own = yield* membersOf(TARGET)
    const more = own.includes(GRAPHICAL) ? yield* membersOf(GRAPHICAL) : []
    const members = [...new Set([TARGET, ...own, ...more])]
    const shown = yield* persistently(manager.show(members, ["Id", "ActiveState"]))
    const failed = shown.filter(({ ActiveState }) => ActiveState === "failed").flatMap(({ Id }) => Id ?? [])
    yield* persistently(manager.resetFailed(failed))
  })
