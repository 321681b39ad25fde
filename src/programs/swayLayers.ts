/** The layers put together: what a command that looks once needs, and what a program that stays needs. */
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

const discovery = SocketDiscovery.layer.pipe(Layer.provideMerge(Layer.merge(SocketProbe.layer, SocketListeners.layer)))

/** The settings of this run, once read. */
type UserSettings = Layer.Layer<Settings.Settings, Settings.SettingsError>

const user = (settings: UserSettings) => SocketSources.layer.pipe(Layer.provideMerge(settings))

const toConnect = (settings: UserSettings) => systemUnlessNamed.pipe(Layer.provideMerge(user(settings)))

/** Discovery for a command that looks once and ends. */
export const oneShotDiscovery = (settings: UserSettings) =>
  discovery.pipe(Layer.provide(SocketWatcher.layerNone), Layer.provideMerge(toConnect(settings)))

/** Discovery for a program that stays. */
const watching = discovery.pipe(Layer.provideMerge(SocketWatcher.layer), Layer.provideMerge(Workers.layer))

/** The daemon's kept connection; `before` is done before the first attempt is made. */
export const daemonConnection = <E, R>(settings: UserSettings, before: Layer.Layer<never, E, R>) =>
  SwayConnection.layer.pipe(
    Layer.provide(before),
    Layer.provideMerge(Layer.provideMerge(watching, Layer.merge(system, user(settings)))),
  )

/** The kept connection of a program that has no socket of its own. */
export const keptConnection = (settings: UserSettings) =>
  SwayConnection.layer.pipe(Layer.provideMerge(Layer.provideMerge(watching, toConnect(settings))))
