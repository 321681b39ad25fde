/**
 * The runtime for services of Sway and i3, on Effect 3: discovery of the live socket, one kept connection, events across restarts,
 * and health. {@link Sway} has all of it in one layer; the other services are what it is made of.
 *
 * @module
 */
export { HealthProbe } from "../layers/health/HealthProbe.ts"
export { SocketHealth } from "../layers/health/SocketHealth.ts"
export { ConnectionLost, RequestError } from "../layers/ipc/IpcErrors.ts"
export { SettingsError } from "../layers/settings/SettingsError.ts"
export { type LiveSocket, NoLiveSocket } from "../layers/sockets/LiveSocket.ts"
export { SocketDiscovery } from "../layers/sockets/SocketDiscovery.ts"
export { ConnectionState } from "../layers/sway/ConnectionState.ts"
export { SwayEvent } from "../layers/sway/Subscriber.ts"
export { SwayConnection } from "../layers/sway/SwayConnection.ts"
export { SwayEvents } from "../layers/sway/SwayEvents.ts"
export { RuntimeDirError } from "../layers/system/RuntimeDir.ts"
export type { Change, TypedEvent } from "./sway/Change.ts"
export { CommandError } from "./sway/CommandError.ts"
export type { CommandValue, Criteria, TextCriterion } from "./sway/Criteria.ts"
export { QuoteError } from "./sway/commandText.ts"
export { type SendCommand, Sway, type SwayService, type SwayServices, type SwaySettings } from "./sway/Sway.ts"
export { isWindow, type NodeFields, type NodeMatch, Tree } from "./sway/Tree.ts"
