/** The layers put together: what a command that looks once needs, and what a program that stays needs. */
import * as Layer from "effect/Layer"
import type * as Settings from "../layers/Settings.ts"
import * as SocketDiscovery from "../layers/SocketDiscovery.ts"
import * as SocketListeners from "../layers/SocketListeners.ts"
import * as SocketProbe from "../layers/SocketProbe.ts"
import * as SocketSources from "../layers/SocketSources.ts"
import * as SocketWatcher from "../layers/SocketWatcher.ts"
import * as SwayConnection from "../layers/SwayConnection.ts"
import * as Workers from "../layers/Workers.ts"
import { machine } from "./machine.ts"

const discovery = SocketDiscovery.layer.pipe(Layer.provideMerge(Layer.merge(SocketProbe.layer, SocketListeners.layer)))

/** The settings of this run, once read. */
type UserSettings = Layer.Layer<Settings.Settings, Settings.SettingsError>

const user = (settings: UserSettings) => SocketSources.layer.pipe(Layer.provideMerge(settings))

/** Discovery for a command that looks once and ends. */
export const oneLook = (settings: UserSettings) =>
  discovery.pipe(Layer.provide(SocketWatcher.layerNone), Layer.provideMerge(Layer.merge(machine, user(settings))))

/** Discovery for a program that stays. */
const watching = (settings: UserSettings) =>
  discovery.pipe(
    Layer.provideMerge(SocketWatcher.layer),
    Layer.provideMerge(Layer.mergeAll(machine, user(settings), Workers.layer)),
  )

/** The kept connection on top of {@link watching}; `before` is done before the first attempt is made. */
export const connected = <E, R>(settings: UserSettings, before: Layer.Layer<never, E, R>) =>
  SwayConnection.layer.pipe(Layer.provide(before), Layer.provideMerge(Layer.merge(Workers.layer, watching(settings))))
