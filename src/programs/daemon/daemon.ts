/** The daemon: keeps the connection to the compositor, watches its health and answers on the control socket. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ControlServer from "../../layers/control/ControlServer.ts"
import * as CountedCleanup from "../../layers/health/countedCleanup.ts"
import * as HealthHistory from "../../layers/health/HealthHistory.ts"
import * as HealthProbe from "../../layers/health/HealthProbe.ts"
import { describe, type SocketHealth } from "../../layers/health/SocketHealth.ts"
import * as Settings from "../../layers/settings/Settings.ts"
import * as UserSettings from "../../layers/settings/userSettings.ts"
import { NOT_YET } from "../../layers/sway/ConnectionState.ts"
import * as Signals from "../../layers/system/Signals.ts"
import * as Subprocess from "../../layers/system/Subprocess.ts"
import { Workers } from "../../layers/system/Workers.ts"
import * as ServiceManager from "../../layers/systemd/ServiceManager.ts"
import { socketCleanup } from "../layers/cleanupLayers.ts"
import { daemonConnection } from "../layers/swayLayers.ts"
import * as StderrLogger from "../process/logger.ts"
import * as QuietGarbage from "../process/quietGarbage.ts"
import { daemonTelemetry } from "../telemetry/telemetry.ts"
import { version } from "../version.ts"
import * as EmbeddedFallback from "./embeddedFallback.ts"
import * as SdNotify from "./sdNotify.ts"
import * as Sweeper from "./sweeper.ts"

/** How the daemon was started. */
export interface DaemonOptions {
  readonly flags: Settings.RawSettings
  /** Start the embedded compositor if no live one is found. */
  readonly embedded: boolean
  /** How the user called this program, for a hint what to type in a second terminal. */
  readonly invocation: string
}

const logHealth = (health: SocketHealth) => {
  if (health.error === NOT_YET) return Effect.void
  return health.status === "healthy" ? Effect.logInfo(describe(health)) : Effect.logWarning(describe(health))
}

/** Logs each change of health. */
const HealthReporter = Layer.scopedDiscard(
  Effect.gen(function* () {
    const health = yield* HealthProbe.HealthProbe
    const workers = yield* Workers
    yield* workers.follow("health reporter", health.changes, logHealth)
  }),
)

/** Logs where the daemon answers, and what to type to ask it. */
const Greeting = (invocation: string) =>
  Layer.effectDiscard(
    Effect.gen(function* () {
      const { path } = yield* ControlServer.ControlServer
      yield* Effect.logInfo(`i3pm ${version} (pid ${process.pid}) answers on ${path}`)
      yield* Effect.logInfo(`in a second terminal: ${invocation} diagnose socket-health`)
      yield* Effect.logInfo(`to check the setup: ${invocation} doctor`)
    }),
  )

/** The daemon's features. Connection, discovery, cleanup and service manager are not provided here, so that a test can choose them. */
export const Daemon = (invocation: string) =>
  Layer.mergeAll(HealthReporter, Greeting(invocation), Sweeper.layer, SdNotify.layer).pipe(
    Layer.provideMerge(ControlServer.layer({ version })),
    Layer.provideMerge(CountedCleanup.layer),
    Layer.provideMerge(HealthHistory.layer),
    Layer.provideMerge(HealthProbe.layer),
  )

/** The other services that the features need, beside the connection. */
const systemServices = Layer.mergeAll(
  socketCleanup,
  Signals.layer,
  ServiceManager.layer.pipe(Layer.provide(Subprocess.layer)),
)

/** Runs a daemon layer until one of its workers dies, and fails with that death. */
export const runWorkers = <A, E, R>(layer: Layer.Layer<A | Workers, E, R>) =>
  Effect.scoped(
    Effect.flatMap(Layer.build(layer), context =>
      Effect.flatMap(Workers, ({ death }) => death).pipe(Effect.provide(context)),
    ),
  )

/** The daemon as a program. Fails when a worker dies, or if it cannot start. */
export const daemon = ({ embedded, flags, invocation }: DaemonOptions) =>
  Effect.gen(function* () {
    const settings = yield* UserSettings.make(flags, { stays: true })
    const settingsLayer = Layer.succeed(Settings.Settings, settings)
    const base = daemonConnection(settingsLayer, embedded ? EmbeddedFallback.layer : Layer.empty)
    return yield* Effect.flatMap(daemonTelemetry, ({ exporters, observers }) =>
      runWorkers(
        QuietGarbage.layer({ atStart: true }).pipe(
          Layer.provideMerge(observers),
          Layer.provideMerge(Daemon(invocation)),
          Layer.provideMerge(Layer.merge(base, systemServices)),
          Layer.provide(exporters.pipe(Layer.provide(settingsLayer))),
        ),
      ),
    ).pipe(Effect.provide(StderrLogger.layerBySettings.pipe(Layer.provide(settingsLayer))))
  }).pipe(Effect.provide(StderrLogger.layer))
