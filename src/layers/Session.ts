/**
 * The user's Sway session, from a live compositor to its end: environment, target, and everything put away again.
 *
 * It ends when the compositor's connection ends. That is the one sign that exit, crash and kill have in common; the shutdown
 * event came with none of them before sway 1.13.
 */
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Ref from "effect/Ref"
import type * as Scope from "effect/Scope"
import * as IpcClient from "./IpcClient.ts"
import type { ProcessTable } from "./ProcessTable.ts"
import type { RuntimeDir } from "./RuntimeDir.ts"
import { SessionBus, type SessionBusError } from "./SessionBus.ts"
import type { SocketListeners } from "./SocketListeners.ts"
import { heldByOther, hold, isAlive, type SessionHeld } from "./session/hold.ts"
import type { SessionRecordError } from "./session/SessionRecord.ts"
import { type ConnectError, UnixSocket } from "./UnixSocket.ts"
import { UserManager, type UserManagerError } from "./UserManager.ts"
import { unitNames } from "./units/catalogue.ts"

const TARGET = unitNames.sessionTarget

/** The manager has no session target to start: its unit is not installed. */
export class NoSessionTarget extends Data.TaggedError("NoSessionTarget")<{
  readonly target: string
  readonly message: string
}> {}

export type SessionFailure =
  | SessionHeld
  | SessionRecordError
  | NoSessionTarget
  | ConnectError
  | UserManagerError
  | SessionBusError

export class Session extends Context.Tag("i3pm/Session")<
  Session,
  {
    /**
     * Runs the session of the compositor at `socket` with these variables, and ends well when that compositor is gone.
     * However it ends: the target is stopped, and what was set is cleared. Sway itself is only connected to.
     */
    readonly run: (socket: string, variables: Readonly<Record<string, string>>) => Effect.Effect<void, SessionFailure>
  }
>() {}

/** How long to wait for the target's jobs: what takes longer goes on without us. */
const jobDeadline = Duration.seconds(10)

/** Dead with the compositor, whoever has imported them: Debian's own configuration of sway does so, too. */
const ofCompositor: ReadonlySet<string> = new Set(["SWAYSOCK", "I3SOCK", "WAYLAND_DISPLAY", "DISPLAY"])

/** What can not be put away is said, and the rest is put away all the same. */
const warn = <R>(effect: Effect.Effect<void, { readonly message: string }, R>) =>
  Effect.catchAll(effect, ({ message }) => Effect.logWarning(message))

const emptied = (names: ReadonlyArray<string>) => Object.fromEntries(names.map(name => [name, ""]))

export const make = Effect.gen(function* () {
  const manager = yield* UserManager
  const bus = yield* SessionBus
  const unixSocket = yield* UnixSocket
  const context = yield* Effect.context<RuntimeDir | ProcessTable | SocketListeners>()

  const targetState = Effect.flatMap(manager.show([TARGET], ["LoadState", "ActiveState"]), ([properties]) =>
    properties?.["LoadState"] === "loaded"
      ? Effect.succeed(properties["ActiveState"])
      : new NoSessionTarget({
          target: TARGET,
          message: `the user manager has no ${TARGET}: install it with i3pm units install`,
        }),
  )

  /** Makes sure that nobody's session is in the way: a live one is left alone, one left behind by a dead one is ended. */
  const makeWay = (socket: string, environment: ReadonlyMap<string, string>, before: string | undefined) =>
    Effect.gen(function* () {
      if ((yield* targetState) === "inactive") return
      const owner = environment.get("SWAYSOCK") ?? environment.get("I3SOCK")
      // Somebody else may have imported the new socket already: then the record knows whose the services still are.
      if (owner === socket && (before === undefined || before === socket)) return
      if (owner !== undefined && owner !== socket && (yield* Effect.provide(isAlive(owner), context)))
        return yield* heldByOther(owner)
      yield* Effect.logInfo(`${TARGET} was left behind by a dead compositor: its services are stopped first`)
      yield* stop
    })

  const stop = manager.stop([TARGET], jobDeadline).pipe(
    Effect.catchIf(
      ({ reason }) => reason === "Timeout",
      () => Effect.logWarning(`${TARGET} takes long to stop; systemd goes on with it`),
    ),
  )

  /** The bus first: one that hands its variables on to the manager must not have the last word there. */
  const clear = (names: ReadonlyArray<string>) =>
    Effect.zipRight(warn(bus.setEnvironment(emptied(names))), warn(manager.unsetEnvironment(names)))

  /** What a dead holder has left in the environment, and has to go however this session ends. */
  const owe = (leftBehind: ReadonlyArray<string>) =>
    Effect.tap(Ref.make(leftBehind), owed =>
      Effect.addFinalizer(() =>
        Effect.flatMap(Ref.get(owed), names => (names.length === 0 ? Effect.void : clear(names))),
      ),
    )

  /** The variables are in place when this succeeds; what a dead holder has set and we do not is gone. */
  const importAll = (
    variables: Readonly<Record<string, string>>,
    environment: ReadonlyMap<string, string>,
    leftBehind: ReadonlyArray<string>,
    owed: Ref.Ref<ReadonlyArray<string>>,
    note: (names: ReadonlyArray<string>) => Effect.Effect<void, SessionRecordError>,
  ): Effect.Effect<void, SessionFailure, Scope.Scope> =>
    Effect.gen(function* () {
      const names = Object.keys(variables)
      // What has its value already was somebody else's before us and stays, unless it speaks of this very compositor.
      const ours = names.filter(
        name => ofCompositor.has(name) || environment.get(name) !== variables[name] || leftBehind.includes(name),
      )
      const stale = leftBehind.filter(name => !names.includes(name))
      yield* note([...ours, ...stale])
      yield* Effect.addFinalizer(() => clear(ours))
      yield* Ref.set(owed, stale)
      if (stale.length > 0) yield* clear(stale)
      yield* Ref.set(owed, [])
      yield* bus.setEnvironment(variables)
      yield* manager.setEnvironment(variables)
      yield* note(ours)
    })

  const start = manager.start([TARGET], jobDeadline).pipe(
    Effect.catchIf(
      ({ reason }) => reason === "Timeout",
      () => Effect.logWarning(`${TARGET} takes long to start; systemd goes on with it`),
    ),
  )

  const run: Session["Type"]["run"] = (socket, variables) =>
    Effect.gen(function* () {
      // That both are there, before anything is changed.
      yield* manager.environment
      yield* bus.check
      const client = yield* IpcClient.make(unixSocket, socket)
      const { leftBehind, note } = yield* Effect.provide(hold(socket), context)
      const owed = yield* owe(leftBehind.variables)
      // Anew: we may have waited for a holder that was putting its own away.
      const environment = yield* manager.environment
      yield* makeWay(socket, environment, leftBehind.socket).pipe(
        // Another compositor's session is in place, and they are its variables now.
        Effect.tapErrorTag("SessionHeld", () => Ref.set(owed, [])),
      )
      yield* importAll(variables, environment, leftBehind.variables, owed, note)
      yield* manager.resetFailed()
      yield* Effect.addFinalizer(() => warn(stop))
      const session = Effect.gen(function* () {
        yield* start
        yield* Effect.logInfo(`${TARGET} runs with ${Object.keys(variables).join(", ")}`)
        return yield* Effect.never
      })
      yield* Effect.raceFirst(session, Effect.ignore(client.closed))
      yield* Effect.logInfo(`${socket} is gone: stopping ${TARGET} and clearing what was set`)
    }).pipe(
      Effect.scoped,
      // The session is this compositor's and in place, but for a target that somebody has stopped by hand.
      Effect.tapErrorTag("SessionHeld", ({ reason }) =>
        reason !== "HeldByUs"
          ? Effect.void
          : Effect.flatMap(targetState, active =>
              active === "inactive"
                ? Effect.zipRight(start, Effect.logInfo(`${TARGET} was stopped: started again`))
                : Effect.void,
            ),
      ),
    )

  return Session.of({ run })
})

export const layer: Layer.Layer<
  Session,
  never,
  UserManager | SessionBus | UnixSocket | RuntimeDir | ProcessTable | SocketListeners
> = Layer.effect(Session, make)
