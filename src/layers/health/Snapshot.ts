/** What the daemon knows about the health of the connection, and how each event changes it. Pure. */
import type { Proof } from "../sockets/askVersion.ts"
import { type Connected, ConnectionState, isSameConnection } from "../sway/ConnectionState.ts"
import { readable } from "../system/rawText.ts"
import { type HealthEvent, type HealthStatus, next } from "./HealthState.ts"
import { compositorOf, type SocketHealth } from "./SocketHealth.ts"

/** What is known between two events. `error` is null only while healthy; `proof` is the last reply that proved a connection. */
export interface Snapshot {
  readonly status: HealthStatus
  readonly error: string | null
  readonly proof: Proof | undefined
  readonly connection: ConnectionState
  /** A problem of this connection although it answers, in one sentence. */
  readonly warning: string | null
  /** Why the last reload of the settings failed, so that the daemon goes on with older ones. */
  readonly settingsRefused: string | null
}

/** The snapshot after an event. `error` is kept unless the new status is healthy. */
export const apply = (
  snapshot: Snapshot,
  event: HealthEvent,
  error: string,
  changed: Partial<Snapshot> = {},
): Snapshot => {
  const status = next(snapshot.status, event)
  return { ...snapshot, ...changed, status, error: status === "healthy" ? null : error }
}

/**
 * The snapshot after a change of the connection, by one step of the state machine. From healthy to disconnected there are two
 * steps, with stale in between, so it has to be applied twice.
 */
export const onConnection = (snapshot: Snapshot, connection: ConnectionState): Snapshot =>
  ConnectionState.$match(connection, {
    Connected: ({ proof }) => apply(snapshot, "ReplyArrived", "", { connection, proof, warning: null }),
    Reconnecting: ({ lastError }) => apply(snapshot, "SocketSilent", lastError, { connection }),
    Disconnected: ({ lastError }) => apply(snapshot, "SocketVanished", lastError, { connection }),
  })

/** What is known before the first probe. */
export const beforeProbes = (connection: ConnectionState): Snapshot =>
  onConnection(
    { status: "disconnected", error: null, proof: undefined, connection, warning: null, settingsRefused: null },
    connection,
  )

/** Restricts a change to snapshots of this connection. What was seen on an old connection says nothing about a new one. */
export const onlyFor =
  (connected: Connected, change: (snapshot: Snapshot) => Snapshot) =>
  (snapshot: Snapshot): Snapshot =>
    isSameConnection(snapshot.connection, connected) ? change(snapshot) : snapshot

/** What is not well although the status is what it is. A warning of the connection counts only while that is healthy. */
const warningOf = ({ connection, settingsRefused, status, warning }: Snapshot): string | null => {
  const parts = [
    ...(connection._tag === "Connected" && status === "healthy" && warning !== null ? [warning] : []),
    ...(settingsRefused === null ? [] : [`the last reload of the settings failed: ${readable(settingsRefused)}`]),
  ]
  return parts.length === 0 ? null : parts.join("; ")
}

/** The snapshot as the health object of the contract. `now` is in milliseconds since the epoch. */
export const toHealth = (snapshot: Snapshot, now: number): SocketHealth => {
  const { connection, proof } = snapshot
  const connected = connection._tag === "Connected"
  return {
    status: snapshot.status,
    socket_path: connection.path === null ? null : readable(connection.path),
    last_validated: proof === undefined ? null : new Date(proof.at).toISOString(),
    latency_ms: proof === undefined ? null : proof.latencyMs,
    reconnection_count: connection.reconnections,
    uptime_seconds: connected ? Math.max(0, now - connection.since) / 1000 : 0,
    error: snapshot.error === null ? null : readable(snapshot.error),
    reconnecting: connection._tag === "Reconnecting",
    compositor: connected ? compositorOf(connection) : null,
    source: "daemon",
    warning: warningOf(snapshot),
  }
}
