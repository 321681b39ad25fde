/** The relay as a program: its own process, so that a restart of the daemon costs no client its connection. */
import { setFlagsFromString } from "node:v8"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import { configuredSockets } from "../../layers/relay/configuredSockets.ts"
import * as Relay from "../../layers/relay/Relay.ts"
import * as RelayControl from "../../layers/relay/RelayControl.ts"
import * as Settings from "../../layers/settings/Settings.ts"
import * as UserSettings from "../../layers/settings/userSettings.ts"
import * as SwayEvents from "../../layers/sway/SwayEvents.ts"
import * as RuntimeDir from "../../layers/system/RuntimeDir.ts"
import * as Signals from "../../layers/system/Signals.ts"
import { Workers } from "../../layers/system/Workers.ts"
import { takePassedSockets } from "../../layers/systemd/passedDescriptors.ts"
import { daemonConnection } from "../layers/swayLayers.ts"
import * as StderrLogger from "../process/logger.ts"
import * as QuietGarbage from "../process/quietGarbage.ts"
import { relayTelemetry } from "../telemetry/telemetry.ts"
import { version } from "../version.ts"
import { ownSocketFault } from "./ownSocketFault.ts"
import * as Reloader from "./reloader.ts"

/** How the relay was started. */
export interface RelayProgramOptions {
  readonly flags: Settings.RawSettings
}

/** Runs until a worker dies, a socket cannot listen at the start, or a signal comes. */
const run = Effect.gen(function* () {
  // V8's usual budget again (`main.ts`): what passes frames on should be optimized soon, and the start is over.
  setFlagsFromString("--interrupt-budget=135168")
  yield* Effect.logInfo(`i3pm ${version} relay, pid ${process.pid}`)
  const { failure } = yield* Relay.Relay
  return yield* Effect.raceFirst((yield* Workers).death, failure)
})

/** The relay as a program. */
export const relay = ({ flags }: RelayProgramOptions) =>
  Effect.gen(function* () {
    const passed = yield* takePassedSockets
    const { path } = yield* RuntimeDir.make
    const socketsOf = ({ relay }: Settings.SettingsValues) => configuredSockets(path, relay)
    const settings = yield* UserSettings.make(flags, {
      stays: true,
      check: values => ownSocketFault(path, values) ?? Either.getOrUndefined(Either.flip(socketsOf(values))),
    })
    const settingsLayer = Layer.succeed(Settings.Settings, settings)
    // The settings were checked: there are sockets.
    const sockets = Effect.map(settings.current, values => Either.getOrElse(socketsOf(values), () => []))
    const { exporters, observers } = yield* relayTelemetry
    const layers = Layer.mergeAll(
      RelayControl.layer({ version }),
      Reloader.layer(sockets),
      QuietGarbage.layer({ atStart: false }),
      observers,
    ).pipe(
      Layer.provideMerge(Layer.unwrapEffect(Effect.map(sockets, first => Relay.layer({ sockets: first, passed })))),
      Layer.provideMerge(SwayEvents.layer),
      Layer.provideMerge(daemonConnection(settingsLayer, Layer.empty)),
      Layer.provideMerge(Layer.merge(settingsLayer, Signals.layer)),
      Layer.provide(exporters.pipe(Layer.provide(settingsLayer))),
    )
    return yield* Effect.scoped(Effect.flatMap(Layer.build(layers), context => Effect.provide(run, context))).pipe(
      Effect.provide(StderrLogger.layerBySettings.pipe(Layer.provide(settingsLayer))),
    )
  }).pipe(Effect.provide(StderrLogger.layer))
