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
import * as IpcClient from "../ipc/IpcClient.ts"
import { SocketListeners } from "../sockets/SocketListeners.ts"
import { ProcessTable } from "../system/ProcessTable.ts"
import { RuntimeDir } from "../system/RuntimeDir.ts"
import { type ConnectError, UnixSocket } from "../system/UnixSocket.ts"
import { SessionBus, type SessionBusError } from "../systemd/SessionBus.ts"
import { UserManager, type UserManagerError } from "../systemd/UserManager.ts"
import { unitNames } from "../systemd/units/catalogue.ts"
import { clearVariables, persistently, resetFailures, startTarget, stopTarget, warn } from "./ending.ts"
import { heldByOther, hold, isAlive, type SessionHeld } from "./hold.ts"
import { type Before, importAll, owe, sessionVariables, type Wanted } from "./importing.ts"
import { SessionGuard } from "./SessionGuard.ts"
import type { SessionRecordError } from "./SessionRecord.ts"

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
export interface SessionOptions extends Wanted {
  /** The words of a program that takes the session over when this process is killed. */
  readonly successor: ReadonlyArray<string>
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

/** The compositor whose session the manager's environment speaks of. */
const ownerIn = (environment: ReadonlyMap<string, string>) => environment.get("SWAYSOCK") ?? environment.get("I3SOCK")

/** Fails where the session in place is that of another compositor that is alive. */
const refuseOther = ({ context }: Services, environment: ReadonlyMap<string, string>, socket: string) =>
  Effect.gen(function* () {
    const owner = ownerIn(environment)
    if (owner === undefined || owner === socket) return
    if (yield* Effect.provide(isAlive(owner), context)) return yield* heldByOther(owner)
  })

/** Makes sure that nobody's session is in the way: a live one is left alone, one left behind by a dead one is ended. */
const makeWay = (services: Services, { environment, leftBehind, socket }: Before) =>
  Effect.gen(function* () {
    if ((yield* targetState(services)) === "inactive") return
    // Somebody else may have imported the new socket already: then the record knows whose the services still are.
    const isOurs = leftBehind.socket === undefined || leftBehind.socket === socket
    if (ownerIn(environment) === socket && isOurs) return
    yield* refuseOther(services, environment, socket)
    yield* Effect.logInfo(`${TARGET} was left behind by a dead compositor: its services are stopped first`)
    yield* stopTarget(services.manager)
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
    const before: Before = { socket, leftBehind, environment: yield* persistently(manager.environment) }
    const variables = sessionVariables(options, before)
    // Before all that has to be put away: it is dismissed after that.
    yield* guard.watch({ command: options.successor, variables })
    const owed = yield* owe(services, leftBehind.variables)
    yield* makeWay(services, before).pipe(
      // Another compositor's session is in place, and they are its variables now.
      Effect.tapErrorTag("SessionHeld", () => Ref.set(owed, [])),
    )
    yield* importAll(services, { variables, before, owed, note })
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
    // Only these three: a scope that happens to be there would take the place of the session's own.
    context: Context.pick(
      RuntimeDir,
      ProcessTable,
      SocketListeners,
    )(yield* Effect.context<RuntimeDir | ProcessTable | SocketListeners>()),
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
      // Of this compositor or of one that is as dead: who takes the record over has to put away what it lists.
      if (leftBehind.socket === undefined) return
      yield* refuseOther(services, yield* persistently(manager.environment), socket)
      yield* Effect.logInfo(
        `${leftBehind.socket} is gone and so is the process that held its session: stopping ${TARGET}`,
      )
      // At once: the start of this program has taken a good part of the second in which all is to be over.
      yield* Effect.all([warn(stopTarget(manager)), clearVariables(manager, bus, leftBehind.variables)], {
        concurrency: "unbounded",
        discard: true,
      })
    }).pipe(Effect.scoped)

  return Session.of({ run, end })
})

export const layer: Layer.Layer<
  Session,
  never,
  UserManager | SessionBus | UnixSocket | SessionGuard | RuntimeDir | ProcessTable | SocketListeners
> = Layer.effect(Session, make)
