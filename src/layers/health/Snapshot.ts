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
}

/** The record after an event. `error` is kept unless the new status is healthy. */
export const apply = (
  record: Snapshot,
  event: HealthEvent,
  error: string,
  changed: Partial<Snapshot> = {},
): Snapshot => {
  const status = next(record.status, event)
  return { ...record, ...changed, status, error: status === "healthy" ? null : error }
}

/**
 * The record after a change of the connection, by one step of the state machine. From healthy to disconnected there are two
 * steps, with stale in between, so it has to be applied twice.
 */
export const onConnection = (record: Snapshot, connection: ConnectionState): Snapshot =>
  ConnectionState.$match(connection, {
    Connected: ({ proof }) => apply(record, "ReplyArrived", "", { connection, proof, warning: null }),
    Reconnecting: ({ lastError }) =>
      apply(record, record.status === "healthy" ? "ProbeFailed" : "SocketSilent", lastError, { connection }),
    Disconnected: ({ lastError }) => apply(record, "SocketVanished", lastError, { connection }),
  })

/** Restricts a change to records of this connection. What was seen on an old connection says nothing about a new one. */
export const onlyFor =
  (connected: Connected, change: (record: Snapshot) => Snapshot) =>
  (record: Snapshot): Snapshot =>
    isSameConnection(record.connection, connected) ? change(record) : record

/** The record as `socket_health`. `now` is in milliseconds since the epoch. */
export const toHealth = (record: Snapshot, now: number): SocketHealth => {
  const { connection, proof } = record
  const connected = connection._tag === "Connected"
  return {
    status: record.status,
    socket_path: connection.path === null ? null : readable(connection.path),
    last_validated: proof === undefined ? null : new Date(proof.at).toISOString(),
    latency_ms: proof === undefined ? null : proof.latencyMs,
    reconnection_count: connection.reconnections,
    uptime_seconds: connected ? Math.max(0, now - connection.since) / 1000 : 0,
    error: record.error === null ? null : readable(record.error),
    reconnecting: connection._tag === "Reconnecting",
    compositor: connected ? compositorOf(connection) : null,
    source: "daemon",
    warning: connected && record.status === "healthy" ? record.warning : null,
  }
}
