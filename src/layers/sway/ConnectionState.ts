/** The states of the kept connection. Pure. */
import * as Data from "effect/Data"
import type { LiveSocket } from "../sockets/LiveSocket.ts"

/**
 * The state of the connection.
 *
 * - `Connected`: proven by the reply `proof`; `since` is in milliseconds since the epoch.
 * - `Reconnecting`: there is a socket. Attempt number `attempt` has failed, and the next one follows.
 * - `Disconnected`: there is no socket to connect to.
 *
 * `reconnections` counts the connections after the first one, `path` is the last one used, `lastError` is one sentence.
 *
 * @example
 * import * as Effect from "effect/Effect"
 * import * as Stream from "effect/Stream"
 * import { ConnectionState, SwayConnection } from "i3pm"
 *
 * const inWords = ConnectionState.$match({
 *   Connected: ({ path, pid }) => `connected to ${path} of process ${pid ?? "?"}`,
 *   Reconnecting: ({ attempt, lastError }) => `attempt ${attempt} failed: ${lastError}`,
 *   Disconnected: ({ lastError }) => lastError,
 * })
 *
 * const report = Effect.flatMap(SwayConnection, ({ state }) =>
 *   Stream.runForEach(state.changes, now => Effect.log(inWords(now))),
 * )
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

/** The constructors of {@link ConnectionState}. */
export const ConnectionState = Data.taggedEnum<ConnectionState>()

/** The state while the connection is open. */
export type Connected = Extract<ConnectionState, { _tag: "Connected" }>

/** True if both states have the same tag and, for `Connected`, are of the same connection. */
export const isSameConnection = (a: ConnectionState, b: ConnectionState): boolean =>
  a._tag === b._tag && (a._tag !== "Connected" || b._tag !== "Connected" || a.reconnections === b.reconnections)

/** The `lastError` until the first attempt has ended. */
export const NOT_YET = "not connected yet"

/** True until the first attempt to connect has ended, with or without success. */
export const isBeforeFirstAttempt = (state: ConnectionState): boolean =>
  state._tag !== "Connected" && state.lastError === NOT_YET
