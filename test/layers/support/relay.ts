/** The relay on real sockets, with the compositor that a test gives it. */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import { configuredSockets } from "../../../src/layers/relay/configuredSockets.ts"
import * as Relay from "../../../src/layers/relay/Relay.ts"
import * as Settings from "../../../src/layers/settings/Settings.ts"
import * as SwayConnection from "../../../src/layers/sway/SwayConnection.ts"
import * as SwayEvents from "../../../src/layers/sway/SwayEvents.ts"
import * as KernelSockets from "../../../src/layers/system/KernelSockets.ts"
import * as ProcessTable from "../../../src/layers/system/ProcessTable.ts"
import { relaySocketIn, restrictedSocketIn } from "../../../src/layers/system/relayPaths.ts"
import * as UnixSocket from "../../../src/layers/system/UnixSocket.ts"
import * as Workers from "../../../src/layers/system/Workers.ts"
import { makeScratchDir } from "../../support/TestUser.ts"
import { until } from "../../support/waiting.ts"
import type { FakeDiscovery } from "./fakeDiscovery.ts"

type RelaySettings = Settings.SettingsValues["relay"]

/** A restricted socket that allows nothing. */
export const closedSocket = (name: string): RelaySettings["sockets"][number] => ({
  name,
  preset: undefined,
  requests: [],
  events: [],
  commands: [],
  resync: undefined,
  where: "config.toml",
})

const socketsOf = (runtimeDir: string, changes: Partial<RelaySettings>) =>
  Effect.map(Settings.defaults, ({ relay }) =>
    Either.getOrThrowWith(configuredSockets(runtimeDir, { ...relay, ...changes }), ({ message }) => new Error(message)),
  )

/** A relay that listens, with the default settings but for these. */
export const startRelay = (discovery: FakeDiscovery, settings: Partial<RelaySettings> = {}) =>
  Effect.gen(function* () {
    const runtimeDir = yield* makeScratchDir
    const lines: Array<string> = []
    const logger = Logger.make<unknown, void>(({ message }) => void lines.push(String(message)))
    const layer = Relay.layer({ sockets: yield* socketsOf(runtimeDir, settings) }).pipe(
      Layer.provide(SwayEvents.layer),
      Layer.provideMerge(SwayConnection.layer),
      Layer.provide([discovery.layer, UnixSocket.layer, KernelSockets.layer, ProcessTable.layer, Workers.layer]),
      Layer.provide(Logger.replace(Logger.defaultLogger, logger)),
    )
    const services = yield* Layer.build(layer)
    const relay = Context.get(services, Relay.Relay)
    const isListening = until(relay.state, ({ sockets }) => sockets.every(({ state }) => state === "listening"))
    yield* isListening
    return {
      path: relaySocketIn(runtimeDir),
      pathOf: (name: string) => restrictedSocketIn(runtimeDir, name),
      state: relay.state,
      /** Waits until clients get connections to the compositor. */
      isConnected: until(relay.state, ({ compositor }) => compositor !== null),
      isListening,
      lines,
      configure: (next: Partial<RelaySettings>) =>
        Effect.flatMap(socketsOf(runtimeDir, next), sockets =>
          Effect.zipRight(
            relay.configure(sockets),
            until(relay.state, ({ sockets: now }) => now.every(({ state }) => state === "listening")),
          ),
        ),
    }
  })
