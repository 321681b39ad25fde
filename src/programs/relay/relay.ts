/** The relay as a program: its own process, so that a restart of the daemon costs no client its connection. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Relay from "../../layers/relay/Relay.ts"
import * as Settings from "../../layers/settings/Settings.ts"
import * as SwayEvents from "../../layers/sway/SwayEvents.ts"
import { RuntimeDir } from "../../layers/system/RuntimeDir.ts"
import { relaySocketIn } from "../../layers/system/relayPaths.ts"
import { Workers } from "../../layers/system/Workers.ts"
import { daemonConnection } from "../layers/swayLayers.ts"
import * as StderrLogger from "../process/logger.ts"
import { version } from "../version.ts"

/** How the relay was started. */
export interface RelayProgramOptions {
  readonly flags: Settings.RawSettings
}

const relayLayer = Layer.unwrapEffect(
  Effect.gen(function* () {
    const { path } = yield* RuntimeDir
    const { relay } = yield* (yield* Settings.Settings).current
    const { buffer, hideShutdown, patience, resync } = relay
    const sockets = [{ name: "default", path: relaySocketIn(path), policy: undefined, resync }]
    return Relay.layer({ sockets, hideShutdown, patience, buffer })
  }),
)

/** Runs until a worker dies or a signal comes. */
export const relay = ({ flags }: RelayProgramOptions) =>
  Effect.gen(function* () {
    const settings = yield* Settings.make(flags, { stays: true })
    const settingsLayer = Layer.succeed(Settings.Settings, settings)
    const layers = relayLayer.pipe(
      Layer.provideMerge(SwayEvents.layer),
      Layer.provideMerge(daemonConnection(settingsLayer, Layer.empty)),
      Layer.provide(settingsLayer),
    )
    return yield* Effect.scoped(
      Effect.flatMap(Layer.build(layers), context =>
        Effect.gen(function* () {
          const { path } = yield* RuntimeDir
          yield* Effect.logInfo(`i3pm ${version} relay (pid ${process.pid}) listens on ${relaySocketIn(path)}`)
          return yield* (yield* Workers).death
        }).pipe(Effect.provide(context)),
      ),
    ).pipe(Effect.provide(StderrLogger.layerBySettings.pipe(Layer.provide(settingsLayer))))
  }).pipe(Effect.provide(StderrLogger.layer))
