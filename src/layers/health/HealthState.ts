/**
 * The state machine of socket health. Pure.
 *
 * - healthy→stale: a probe fails, or the socket vanishes or is silent
 * - stale→disconnected: the socket vanishes
 * - stale→healthy, disconnected→healthy: a reply arrives
 * - disconnected→stale: a socket appears and does not answer
 *
 * There is no other transition, and so none from healthy to disconnected.
 */

/** The three states of a connection. */
export type HealthStatus = "healthy" | "stale" | "disconnected"

/** What can happen to a connection, as far as its health is concerned. */
export type HealthEvent = "ReplyArrived" | "ProbeFailed" | "SocketVanished" | "SocketSilent"

const transitions: Readonly<Record<HealthStatus, Readonly<Partial<Record<HealthEvent, HealthStatus>>>>> = {
  healthy: { ProbeFailed: "stale", SocketSilent: "stale", SocketVanished: "stale" },
  stale: { ReplyArrived: "healthy", SocketVanished: "disconnected" },
  disconnected: { ReplyArrived: "healthy", SocketSilent: "stale" },
}

/** The state after an event; the same state if the table has no transition for it. */
export const next = (status: HealthStatus, event: HealthEvent): HealthStatus => transitions[status][event] ?? status
