/** Where the kept connection stands. Pure. */
import * as Data from "effect/Data"
import type { LiveSocket } from "../sockets/SocketDiscovery.ts"

/**
 * Where the connection stands. `reconnections` counts the successful ones since the start.
 *
 * `Connected`: proven by `proof`; `since` is in milliseconds since the epoch. `Reconnecting`: there is a socket, and attempt
 * number `attempt` is under way or waits for its turn. `Disconnected`: there is no socket to connect to.
 */
export type ConnectionState = Data.TaggedEnum<{
  Connected: LiveSocket & { readonly since: number; readonly reconnections: number }
  Reconnecting: {
    readonly attempt: number
    readonly lastError: string
    readonly path: string | null
    readonly reconnections: number
  }
  Disconnected: { readonly lastError: string; readonly path: string | null; readonly reconnections: number }
}>

export const ConnectionState = Data.taggedEnum<ConnectionState>()

/** A connection that stands. */
export type Connected = Extract<ConnectionState, { _tag: "Connected" }>

/** True when nothing came between two states: they are the same connection, or the same lack of one. */
export const isSameConnection = (a: ConnectionState, b: ConnectionState): boolean =>
  a._tag === b._tag && (a._tag !== "Connected" || b._tag !== "Connected" || a.reconnections === b.reconnections)

/** The `lastError` before the first attempt has ended. */
export const NOT_YET = "not connected yet"

/** True until the first attempt to connect has ended, well or not. */
export const isBeforeFirstLook = (state: ConnectionState): boolean =>
  state._tag !== "Connected" && state.lastError === NOT_YET
