/**
 * The user's Sway session, from its start to its clean-up: the environment, `sway-session.target` and the guard.
 *
 * The session ends when our connection to the compositor ends: that happens on exit, crash and kill alike. Before sway 1.13 none
 * of them sends a shutdown event.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Ref from "effect/Ref"
import * as IpcClient from "../ipc/IpcClient.ts"
import { SocketListeners } from "../sockets/SocketListeners.ts"
import { ProcessTable } from "../system/ProcessTable.ts"
import { RuntimeDir } from "../system/RuntimeDir.ts"
import { type ConnectError, UnixSocket } from "../system/UnixSocket.ts"
import { ActivationEnvironment, type ActivationEnvironmentError } from "../systemd/ActivationEnvironment.ts"
import { UserManager, type UserManagerError } from "../systemd/UserManager.ts"
import { unitNames } from "../systemd/units/catalogue.ts"
import { clearWithoutRelay, ownerIn, setAgain } from "./relayVariables.ts"
import { retryKilled, warnOnFailure } from "./retryKilled.ts"
import { SessionGuard } from "./SessionGuard.ts"
import type { SessionRecordError } from "./SessionRecord.ts"
import { acquireSession, heldByOther, isCompositorAlive, type SessionHeld } from "./sessionLock.ts"
import {
  forgetEnd,
  type NoSessionTarget,
  resetFailures,
  restartTarget,
  startTarget,
  stopTarget,
  targetState,
} from "./sessionTarget.ts"
import {
  clearOnExit,
  clearVariables,
  type Environments,
  importVariables,
  type PriorState,
  type RequestedVariables,
  sessionVariables,
} from "./sessionVariables.ts"

const TARGET = unitNames.sessionTarget

/** All that running or ending a session can fail with. */
export type SessionFailure =
  | SessionHeld
  | SessionRecordError
  | NoSessionTarget
  | ConnectError
  | UserManagerError
  | ActivationEnvironmentError

/** The variables that a session sets, and the program that takes over if this process is killed. */
export interface SessionOptions extends RequestedVariables {
  /**
   * The program that takes over, with its arguments: `session run --take-over`. It continues the session while the compositor runs,
   * else it cleans up ({@link Session}'s `end`).
   */
  readonly successor: ReadonlyArray<string>
}

/** Runs the session of one compositor, from its start to its clean-up. */
export class Session extends Context.Tag("i3pm/Session")<
  Session,
  {
    /**
     * Runs the session of the compositor at `socket` until that compositor exits. However it ends, the target is stopped and
     * the variables are cleared. The compositor notices nothing but one more connection.
     */
    readonly run: (socket: string, options: SessionOptions) => Effect.Effect<void, SessionFailure>
    /**
     * Cleans up a session whose compositor has exited and whose holder was killed. If there is nothing to clean up it does
     * nothing. It fails with `SessionHeld` if the session belongs to another running compositor.
     */
    readonly end: (socket: string) => Effect.Effect<void, SessionFailure>
  }
>() {}

interface Services extends Environments {
  readonly context: Context.Context<RuntimeDir | ProcessTable | SocketListeners>
}

/** The compositor's socket that the manager's variables name. */
const ownerOf = ({ context }: Services, environment: ReadonlyMap<string, string>) =>
  ownerIn(environment, Context.get(context, RuntimeDir).path)

/** Fails if the session belongs to another running compositor. */
const refuseOther = (services: Services, environment: ReadonlyMap<string, string>, socket: string) =>
  Effect.gen(function* () {
    const owner = ownerOf(services, environment)
    if (owner === undefined || owner === socket) return
    if (yield* Effect.provide(isCompositorAlive(owner), services.context)) return yield* heldByOther(owner)
  })

/** Stops the target if it still runs for a compositor that has exited. Fails if it runs for another running compositor. */
const endStaleSession = (services: Services, { environment, socket, stale }: PriorState) =>
  Effect.gen(function* () {
    if ((yield* targetState(services.manager)) === "inactive") return
    // The manager's variables alone do not tell whose services these are: another program may have imported our socket already. The
    // record of a dead holder does.
    const isOurs = stale.socket === undefined || stale.socket === socket
    if (ownerOf(services, environment) === socket && isOurs) return
    yield* refuseOther(services, environment, socket)
    yield* Effect.logInfo(`${TARGET} still runs for a compositor that has exited: stopping its services first`)
    yield* stopTarget(services.manager)
  })

/** Starts the target, then waits. Returns when the connection to the compositor ends, even while the target still starts. */
const untilClosed = ({ manager }: Services, client: IpcClient.IpcClient, names: ReadonlyArray<string>) =>
  Effect.raceFirst(
    Effect.gen(function* () {
      yield* startTarget(manager)
      yield* Effect.logInfo(`${TARGET} runs with ${names.join(", ")}`)
      return yield* Effect.never
    }),
    Effect.ignore(client.closed),
  )

/** One session; the end of the scope cleans it up, the last step first. */
const runScoped = (services: Services, socket: string, options: SessionOptions) =>
  Effect.gen(function* () {
    const { activation, context, manager } = services
    const unixSocket = yield* UnixSocket
    const guard = yield* SessionGuard
    // Both must answer before anything is changed.
    yield* retryKilled(manager.environment)
    yield* retryKilled(activation.check)
    const client = yield* IpcClient.make(unixSocket, socket)
    const { recordVariables, stale } = yield* Effect.provide(acquireSession(socket), context)
    // Only now: a previous holder may have cleared its variables while we waited for the lock.
    const before: PriorState = { socket, stale, environment: yield* retryKilled(manager.environment) }
    const variables = sessionVariables(options, before)
    // The guard comes before everything that needs clean-up, so that it is dismissed after that clean-up.
    yield* guard.watch({ command: options.successor, variables })
    const toClear = yield* clearOnExit(services, stale.variables)
    yield* endStaleSession(services, before).pipe(
      // These variables belong to the other compositor's session now.
      Effect.tapErrorTag("SessionHeld", () => Ref.set(toClear, [])),
    )
    const { lasting = [] } = options
    const ofRelay = Object.fromEntries(lasting.map(name => [name, variables[name] ?? ""]))
    yield* Effect.addFinalizer(() => Effect.provide(clearWithoutRelay(services, ofRelay), context))
    yield* Effect.addFinalizer(() => forgetEnd(manager))
    yield* importVariables(services, { variables, lasting, before, toClear, recordVariables })
    if (lasting.length > 0) yield* Effect.forkScoped(setAgain(services, ofRelay))
    yield* resetFailures(manager)
    yield* Effect.addFinalizer(() => warnOnFailure(stopTarget(manager)))
    yield* untilClosed(services, client, Object.keys(variables))
    yield* Effect.logInfo(`${socket} is gone: stopping ${TARGET} and clearing its variables`)
  })

/**
 * Starts the target again if it was stopped by hand. It is also down where the holder is just ending the session, since the compositor has gone:
 * then nobody would stop it any more.
 */
const startAgain = ({ context, manager }: Services, socket: string) =>
  Effect.gen(function* () {
    const isAlive = Effect.provide(isCompositorAlive(socket), context)
    if (!(yield* isAlive)) return
    const isStarted = yield* restartTarget(manager)
    if (isStarted && !(yield* isAlive)) yield* warnOnFailure(stopTarget(manager))
  })

/** See `Session.end`. */
const endScoped = (services: Services, socket: string) =>
  Effect.gen(function* () {
    const { context, manager } = services
    const { stale } = yield* Effect.provide(acquireSession(socket), context)
    // The record may be of a later session, and not of the one at `socket`. We have replaced it, so we clean up that session.
    if (stale.socket === undefined) return
    yield* refuseOther(services, yield* retryKilled(manager.environment), socket)
    yield* Effect.logInfo(`${stale.socket} and the process that held its session are gone: stopping ${TARGET}`)
    // Both at once: all must be done within a second of the compositor's exit, and starting this program has used part of it.
    const steps = [warnOnFailure(stopTarget(manager)), clearVariables(services, stale.variables)]
    yield* Effect.all(steps, { concurrency: "unbounded", discard: true })
    yield* forgetEnd(manager)
  })

/** Sessions that use these services. Nothing runs before `run`. */
export const make = Effect.gen(function* () {
  const services: Services = {
    manager: yield* UserManager,
    activation: yield* ActivationEnvironment,
    // Not the whole context: a `Scope` in it would replace the session's own.
    context: Context.pick(
      RuntimeDir,
      ProcessTable,
      SocketListeners,
    )(yield* Effect.context<RuntimeDir | ProcessTable | SocketListeners>()),
  }
  const connecting = yield* Effect.context<UnixSocket | SessionGuard>()

  return Session.of({
    run: (socket, options) =>
      runScoped(services, socket, options).pipe(
        Effect.scoped,
        Effect.provide(connecting),
        Effect.tapErrorTag("SessionHeld", ({ reason }) =>
          reason === "HeldByUs" ? startAgain(services, socket) : Effect.void,
        ),
      ),
    end: socket => Effect.scoped(endScoped(services, socket)),
  })
})

/** The session of this user. */
export const layer: Layer.Layer<
  Session,
  never,
  UserManager | ActivationEnvironment | UnixSocket | SessionGuard | RuntimeDir | ProcessTable | SocketListeners
> = Layer.effect(Session, make)
