/**
 * Layers that find and connect to a compositor: discovery for a command that asks once, a kept connection for a long-running
 * one.
 */
import * as Layer from "effect/Layer"
import type * as Settings from "../layers/settings/Settings.ts"
import * as SocketDiscovery from "../layers/sockets/SocketDiscovery.ts"
import * as SocketListeners from "../layers/sockets/SocketListeners.ts"
import * as SocketProbe from "../layers/sockets/SocketProbe.ts"
import * as SocketSources from "../layers/sockets/SocketSources.ts"
import * as SocketWatcher from "../layers/sockets/SocketWatcher.ts"
import * as SwayConnection from "../layers/sway/SwayConnection.ts"
import * as Workers from "../layers/system/Workers.ts"
import { system, systemUnlessNamed } from "./systemLayers.ts"

type UserSettings = Layer.Layer<Settings.Settings, Settings.SettingsError>

const probes = Layer.merge(SocketProbe.layer, SocketListeners.layer)

const watchedDiscovery = SocketDiscovery.layer.pipe(
  Layer.provideMerge(probes),
  Layer.provideMerge(SocketWatcher.layer),
  Layer.provideMerge(Workers.layer),
)

const sources = (settings: UserSettings) => SocketSources.layer.pipe(Layer.provideMerge(settings))

const clientBase = (settings: UserSettings) => systemUnlessNamed.pipe(Layer.provideMerge(sources(settings)))

/** Discovery for a command that asks once and ends. */
export const oneShotDiscovery = (settings: UserSettings) =>
  SocketDiscovery.layerOnce.pipe(
    Layer.provideMerge(probes),
    Layer.provide(SocketWatcher.layerNone),
    Layer.provideMerge(clientBase(settings)),
  )

/** The daemon's connection. `before` is built before the first attempt to connect. */
export const daemonConnection = <E, R>(settings: UserSettings, before: Layer.Layer<never, E, R>) =>
  SwayConnection.layer.pipe(
    Layer.provide(before),
    Layer.provideMerge(Layer.provideMerge(watchedDiscovery, Layer.merge(system, sources(settings)))),
  )

/** The connection of a long-running command, such as `i3pm events`. It also works where the runtime directory is refused. */
export const keptConnection = (settings: UserSettings) =>
  SwayConnection.layer.pipe(Layer.provideMerge(Layer.provideMerge(watchedDiscovery, clientBase(settings))))
