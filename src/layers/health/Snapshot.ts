/** What the daemon knows of the connection's health between two events, and what each event makes of it. Pure. */

import type { Proof } from "../sockets/SocketProbe.ts"
import { ConnectionState } from "../sway/ConnectionState.ts"
import { readable } from "../system/rawText.ts"
import { type HealthEvent, type HealthStatus, next } from "./HealthState.ts"
import { compositorOf, type SocketHealth } from "./SocketHealth.ts"

/** What is known between two events. `error` is null only while healthy. */
export interface Snapshot {
  readonly status: HealthStatus
  readonly error: string | null
  readonly proof: Proof | undefined
  readonly connection: ConnectionState
  /** What is not well although it answers; of the connection it was seen on. */
  readonly warning: string | null
}

/** The record after an event; `error` says why it is not healthy, where it is not. */
export const apply = (
  record: Snapshot,
  event: HealthEvent,
  error: string,
  changed: Partial<Snapshot> = {},
): Snapshot => {
  const status = next(record.status, event)
  return { ...record, ...changed, status, error: status === "healthy" ? null : error }
}

/** What a new state of the connection means for health. From healthy to disconnected it takes two: stale lies between. */
export const onConnection = (record: Snapshot, connection: ConnectionState): Snapshot =>
  ConnectionState.$match(connection, {
    Connected: ({ proof }) => apply(record, "ReplyArrived", "", { connection, proof, warning: null }),
    Reconnecting: ({ lastError }) =>
      apply(record, record.status === "healthy" ? "ProbeFailed" : "SocketSilent", lastError, { connection }),
    Disconnected: ({ lastError }) => apply(record, "SocketVanished", lastError, { connection }),
  })

/** The record as health, `now` in milliseconds since the epoch. */
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
