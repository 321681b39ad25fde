/**
 * The user's Sway session, from a live compositor to its end: environment, target, and everything put away again.
 *
 * It ends when the compositor's connection ends. That is the one sign that exit, crash and kill have in common; the shutdown
 * event came with none of them before sway 1.13.
 */
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Ref from "effect/Ref"
import type * as Scope from "effect/Scope"
import * as IpcClient from "./IpcClient.ts"
import type { ProcessTable } from "./ProcessTable.ts"
import type { RuntimeDir } from "./RuntimeDir.ts"
import { SessionBus, type SessionBusError } from "./SessionBus.ts"
import type { SocketListeners } from "./SocketListeners.ts"
import { clearVariables, persistently, resetFailures, startTarget, stopTarget, warn } from "./session/ending.ts"
import { heldByOther, hold, isAlive, type SessionHeld } from "./session/hold.ts"
import { SessionGuard } from "./session/SessionGuard.ts"
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

/** What a session sets, and who goes on with it. */
export interface SessionOptions {
  /** Set for the session's services, whatever they were before. */
  readonly variables: Readonly<Record<string, string>>
  /** Set where the user manager has no value of its own. */
  readonly defaults: Readonly<Record<string, string>>
  /** The words of a program that takes the session over when this process is killed; without it nobody does. */
  readonly successor: ReadonlyArray<string> | undefined
}

export class Session extends Context.Tag("i3pm/Session")<
  Session,
  {
    /**
     * Runs the session of the compositor at `socket`, and ends well when that compositor is gone. However it ends: the target
     * is stopped, and what was set is cleared. Sway itself is only connected to.
     */
    readonly run: (socket: string, options: SessionOptions) => Effect.Effect<void, SessionFailure>
    /** Ends what a killed holder has left of the session of a compositor that is gone; where nothing is left, does nothing. */
    readonly end: (socket: string) => Effect.Effect<void, SessionFailure>
  }
>() {}

/** Dead with the compositor, whoever has imported them: Debian's own configuration of sway does so, too. */
const ofCompositor: ReadonlySet<string> = new Set(["SWAYSOCK", "I3SOCK", "WAYLAND_DISPLAY", "DISPLAY"])

interface Services {
  readonly manager: UserManager["Type"]
  readonly bus: SessionBus["Type"]
  readonly context: Context.Context<RuntimeDir | ProcessTable | SocketListeners>
}

const targetState = ({ manager }: Services) =>
  Effect.flatMap(persistently(manager.show([TARGET], ["LoadState", "ActiveState"])), ([properties]) =>
    properties?.["LoadState"] === "loaded"
      ? Effect.succeed(properties["ActiveState"])
      : new NoSessionTarget({
          target: TARGET,
          message: `the user manager has no ${TARGET}: install it with i3pm units install`,
        }),
  )

/** Makes sure that nobody's session is in the way: a live one is left alone, one left behind by a dead one is ended. */
const makeWay = (
  services: Services,
  socket: string,
  environment: ReadonlyMap<string, string>,
  before: string | undefined,
) =>
  Effect.gen(function* () {
    if ((yield* targetState(services)) === "inactive") return
    const owner = environment.get("SWAYSOCK") ?? environment.get("I3SOCK")
    // Somebody else may have imported the new socket already: then the record knows whose the services still are.
    if (owner === socket && (before === undefined || before === socket)) return
    if (owner !== undefined && owner !== socket && (yield* Effect.provide(isAlive(owner), services.context)))
      return yield* heldByOther(owner)
    yield* Effect.logInfo(`${TARGET} was left behind by a dead compositor: its services are stopped first`)
    yield* stopTarget(services.manager)
  })

/** What a dead holder has left in the environment, and has to go however this session ends. */
const owe = ({ bus, manager }: Services, leftBehind: ReadonlyArray<string>) =>
  Effect.tap(Ref.make(leftBehind), owed =>
    Effect.addFinalizer(() => Effect.flatMap(Ref.get(owed), names => clearVariables(manager, bus, names))),
  )

/** The variables with the defaults that are missing in the manager, or that a dead holder of ours has set there. */
const withDefaults = (
  { defaults, variables }: SessionOptions,
  environment: ReadonlyMap<string, string>,
  leftBehind: ReadonlyArray<string>,
) => {
  const missing = Object.entries(defaults).filter(([name]) => !environment.has(name) || leftBehind.includes(name))
  return { ...Object.fromEntries(missing), ...variables }
}

interface Import {
  readonly variables: Readonly<Record<string, string>>
  readonly environment: ReadonlyMap<string, string>
  readonly leftBehind: ReadonlyArray<string>
  readonly owed: Ref.Ref<ReadonlyArray<string>>
  readonly note: (names: ReadonlyArray<string>) => Effect.Effect<void, SessionRecordError>
}

/** The variables are in place when this succeeds; what a dead holder has set and we do not is gone. */
const importAll = (
  { bus, manager }: Services,
  { environment, leftBehind, note, owed, variables }: Import,
): Effect.Effect<void, SessionFailure, Scope.Scope> =>
  Effect.gen(function* () {
    const names = Object.keys(variables)
    // What has its value already was somebody else's before us and stays, unless it speaks of this very compositor.
    const ours = names.filter(
      name => ofCompositor.has(name) || environment.get(name) !== variables[name] || leftBehind.includes(name),
    )
    const stale = leftBehind.filter(name => !names.includes(name))
    yield* note([...ours, ...stale])
    yield* Effect.addFinalizer(() => clearVariables(manager, bus, ours))
    yield* Ref.set(owed, stale)
    yield* clearVariables(manager, bus, stale)
    yield* Ref.set(owed, [])
    yield* persistently(bus.setEnvironment(variables))
    yield* persistently(manager.setEnvironment(variables))
    yield* note(ours)
  })

const runScoped = (services: Services, socket: string, options: SessionOptions) =>
  Effect.gen(function* () {
    const { bus, context, manager } = services
    const unixSocket = yield* UnixSocket
    const guard = yield* SessionGuard
    // That both are there, before anything is changed.
    yield* persistently(manager.environment)
    yield* persistently(bus.check)
    const client = yield* IpcClient.make(unixSocket, socket)
    const { leftBehind, note } = yield* Effect.provide(hold(socket), context)
    // Read now: we may have waited for a holder that was clearing its own variables.
    const environment = yield* persistently(manager.environment)
    if (options.successor !== undefined) {
      const { dismiss } = yield* guard.watch(options.successor)
      // Added before all that has to be put away, so it is done after that.
      yield* Effect.addFinalizer(() => dismiss)
    }
    const owed = yield* owe(services, leftBehind.variables)
    yield* makeWay(services, socket, environment, leftBehind.socket).pipe(
      // Another compositor's session is in place, and they are its variables now.
      Effect.tapErrorTag("SessionHeld", () => Ref.set(owed, [])),
    )
    const variables = withDefaults(options, environment, leftBehind.variables)
    yield* importAll(services, { variables, environment, leftBehind: leftBehind.variables, owed, note })
    yield* resetFailures(manager)
    yield* Effect.addFinalizer(() => warn(stopTarget(manager)))
    const session = Effect.gen(function* () {
      yield* startTarget(manager)
      yield* Effect.logInfo(`${TARGET} runs with ${Object.keys(variables).join(", ")}`)
      return yield* Effect.never
    })
    yield* Effect.raceFirst(session, Effect.ignore(client.closed))
    yield* Effect.logInfo(`${socket} is gone: stopping ${TARGET} and clearing what was set`)
  })

export const make = Effect.gen(function* () {
  const services: Services = {
    manager: yield* UserManager,
    bus: yield* SessionBus,
    context: yield* Effect.context<RuntimeDir | ProcessTable | SocketListeners>(),
  }
  const { bus, context, manager } = services
  const wire = yield* Effect.context<UnixSocket | SessionGuard>()

  const run: Session["Type"]["run"] = (socket, options) =>
    runScoped(services, socket, options).pipe(
      Effect.scoped,
      Effect.provide(wire),
      // The session is this compositor's and in place, but for a target that somebody has stopped by hand.
      Effect.tapErrorTag("SessionHeld", ({ reason }) =>
        reason !== "HeldByUs"
          ? Effect.void
          : Effect.flatMap(targetState(services), active =>
              active === "inactive"
                ? Effect.zipRight(startTarget(manager), Effect.logInfo(`${TARGET} was stopped: started again`))
                : Effect.void,
            ),
      ),
    )

  const end: Session["Type"]["end"] = socket =>
    Effect.gen(function* () {
      const { leftBehind } = yield* Effect.provide(hold(socket), context)
      if (leftBehind.socket !== socket) return
      yield* Effect.logInfo(`${socket} is gone and so is who held its session: stopping ${TARGET}`)
      yield* warn(stopTarget(manager))
      yield* clearVariables(manager, bus, leftBehind.variables)
    }).pipe(Effect.scoped)

  return Session.of({ run, end })
})

export const layer: Layer.Layer<
  Session,
  never,
  UserManager | SessionBus | UnixSocket | SessionGuard | RuntimeDir | ProcessTable | SocketListeners
> = Layer.effect(Session, make)
