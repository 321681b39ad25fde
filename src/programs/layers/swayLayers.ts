/** Layers with a kept connection, for a long-running program. */
import * as Layer from "effect/Layer"
import * as SocketDiscovery from "../../layers/sockets/SocketDiscovery.ts"
import * as SocketWatcher from "../../layers/sockets/SocketWatcher.ts"
import * as SwayConnection from "../../layers/sway/SwayConnection.ts"
import * as Workers from "../../layers/system/Workers.ts"
import { clientBase, probes, sources, type UserSettings } from "./discoveryLayers.ts"
import { system } from "./systemLayers.ts"

const watchedDiscovery = SocketDiscovery.layer.pipe(
  Layer.provideMerge(probes),
  Layer.provideMerge(SocketWatcher.layer),
  Layer.provideMerge(Workers.layer),
)

/** The daemon's connection. `before` is built before the first attempt to connect. */
export const daemonConnection = <E, R>(settings: UserSettings, before: Layer.Layer<never, E, R>) =>
  SwayConnection.layer.pipe(
    Layer.provide(before),
    Layer.provideMerge(Layer.provideMerge(watchedDiscovery, Layer.merge(system, sources(settings)))),
  )

/** The connection of a long-running command, such as `i3pm events`. It also works if the runtime directory is refused. */
export const keptConnection = (settings: UserSettings) =>
  SwayConnection.layer.pipe(
    Layer.provideMerge(Layer.provideMerge(watchedDiscovery, clientBase(settings, { usesRelay: true }))),
  )
