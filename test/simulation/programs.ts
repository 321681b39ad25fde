/** The real layers of the daemon and of the relay, as the programs put them together, on the simulated machine. */
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import * as Option from "effect/Option"
import * as EffectRandom from "effect/Random"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { HealthProbe } from "../../src/layers/health/HealthProbe.ts"
import type { SocketHealth } from "../../src/layers/health/SocketHealth.ts"
import { configuredSockets } from "../../src/layers/relay/configuredSockets.ts"
import * as Relay from "../../src/layers/relay/Relay.ts"
import * as RelayControl from "../../src/layers/relay/RelayControl.ts"
import * as Settings from "../../src/layers/settings/Settings.ts"
import * as SwayEvents from "../../src/layers/sway/SwayEvents.ts"
import { Signals } from "../../src/layers/system/Signals.ts"
import { Workers } from "../../src/layers/system/Workers.ts"
import { ServiceManager } from "../../src/layers/systemd/ServiceManager.ts"
import { Daemon } from "../../src/programs/daemon/daemon.ts"
import { socketCleanup } from "../../src/programs/layers/cleanupLayers.ts"
import { daemonConnection } from "../../src/programs/layers/swayLayers.ts"
import { RUNTIME_DIR } from "./machine/Machine.ts"

/** What a simulation learns from a program. */
export interface Observer {
  readonly onHealth: (health: SocketHealth) => void
  /** A message to the service manager. */
  readonly onNotify: (message: Readonly<Record<string, string>>) => void
  /** The program has ended by itself. */
  readonly onDeath: (why: string) => void
}

/** The service manager's limit for the watchdog, as in the unit. */
export const WATCHDOG_MS = 20_000

/** A program that runs. */
export interface Running {
  /** Ends it as a signal does. */
  readonly stop: () => Promise<void>
}

const settings = Settings.layerOf()

const connection = daemonConnection(settings, Layer.empty)

/** Runs a program until it is stopped. `seed` is for its random numbers. */
const run = <E>(
  program: Effect.Effect<unknown, E, Scope.Scope>,
  seed: number,
  onDeath: Observer["onDeath"],
): Running => {
  const fiber = program.pipe(
    Effect.scoped,
    Effect.tapErrorCause(cause => Effect.sync(() => onDeath(String(cause)))),
    Effect.withRandom(EffectRandom.make(seed)),
    Logger.withMinimumLogLevel(LogLevel.None),
    Effect.runFork,
  )
  return { stop: () => Effect.runPromise(Effect.asVoid(Fiber.interrupt(fiber))) }
}

/** Starts the daemon. */
export const startDaemon = (seed: number, { onDeath, onHealth, onNotify }: Observer): Running => {
  const manager = Layer.succeed(ServiceManager, {
    notify: message => Effect.sync(() => onNotify(message)),
    watchdog: Option.some(Duration.millis(WATCHDOG_MS)),
  })
  const outside = Layer.mergeAll(socketCleanup, Layer.succeed(Signals, { hangUps: Stream.never }), manager)
  const layer = Daemon("i3pm").pipe(Layer.provideMerge(Layer.merge(connection, outside)))
  const program = Effect.gen(function* () {
    const context = yield* Layer.build(layer)
    const { changes } = Context.get(context, HealthProbe)
    yield* Effect.forkScoped(Stream.runForEach(changes, health => Effect.sync(() => onHealth(health))))
    return yield* Context.get(context, Workers).death
  })
  return run(program, seed, onDeath)
}

/** Starts the relay with one socket without restrictions. */
export const startRelay = (seed: number, { onDeath }: Pick<Observer, "onDeath">): Running => {
  const program = Effect.gen(function* () {
    const { relay } = yield* Settings.defaults
    const sockets = Either.getOrElse(configuredSockets(RUNTIME_DIR, relay), () => [])
    const layer = RelayControl.layer({ version: "simulated" }).pipe(
      Layer.provideMerge(Relay.layer({ sockets })),
      Layer.provideMerge(SwayEvents.layer),
      Layer.provideMerge(connection),
    )
    const context = yield* Layer.build(layer)
    const { failure } = Context.get(context, Relay.Relay)
    return yield* Effect.raceFirst(failure, Context.get(context, Workers).death)
  })
  return run(program, seed, onDeath)
}
