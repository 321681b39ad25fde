/** The layer of the cleanup, for programs that remove sockets. */
import * as Layer from "effect/Layer"
import * as SocketCleanup from "../../layers/sockets/SocketCleanup.ts"
import * as SocketListeners from "../../layers/sockets/SocketListeners.ts"
import { system } from "./systemLayers.ts"

/** The cleanup of orphaned sockets. */
export const socketCleanup = SocketCleanup.layer.pipe(Layer.provide(SocketListeners.layer), Layer.provide(system))
