/** Layers for a command that looks for a compositor once and ends. */
import * as Layer from "effect/Layer"
import type * as Settings from "../../layers/settings/Settings.ts"
import * as SocketDiscovery from "../../layers/sockets/SocketDiscovery.ts"
import * as SocketListeners from "../../layers/sockets/SocketListeners.ts"
import * as SocketProbe from "../../layers/sockets/SocketProbe.ts"
import * as SocketSources from "../../layers/sockets/SocketSources.ts"
import * as SocketWatcher from "../../layers/sockets/SocketWatcher.ts"
import { systemUnlessNamed } from "./systemLayers.ts"

/** The settings of a user, or why they cannot be used. */
export type UserSettings = Layer.Layer<Settings.Settings, Settings.SettingsError>

/** The services with which discovery examines sockets. */
export const probes = Layer.merge(SocketProbe.layer, SocketListeners.layer)

/** The sockets that settings and variables name, with the settings. */
export const sources = (settings: UserSettings) => SocketSources.layer.pipe(Layer.provideMerge(settings))

/** How a command uses sockets of the relay that `$SWAYSOCK` names: not at all, or where there is no other socket. */
interface RelayUse {
  readonly usesRelay: boolean
}

const sourcesFor = (settings: UserSettings, { usesRelay }: RelayUse) =>
  usesRelay ? SocketSources.layerWithRelay.pipe(Layer.provideMerge(settings)) : sources(settings)

/** The base of a client of the compositor: settings, named sockets, and the system. */
export const clientBase = (settings: UserSettings, use: RelayUse) =>
  systemUnlessNamed.pipe(Layer.provideMerge(sourcesFor(settings, use)))

/** Discovery for a command that searches once and ends. */
export const oneShotDiscovery = (settings: UserSettings, use: RelayUse = { usesRelay: false }) =>
  SocketDiscovery.layerOnce.pipe(
    Layer.provideMerge(probes),
    Layer.provide(SocketWatcher.layerNone),
    Layer.provideMerge(clientBase(settings, use)),
  )
