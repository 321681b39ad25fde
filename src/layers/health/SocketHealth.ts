/**
 * The health of the connection to the compositor, in the shape that CLI and control socket share. Pure, no Effect runtime: the
 * CLI's fast path uses it.
 */
import { shownVersion } from "../ipc/Version.ts"
import type { LiveSocket } from "../sockets/LiveSocket.ts"
import { escapeControl } from "../system/escapeControl.ts"
import {
  amount,
  count,
  fields,
  flag,
  number,
  oneOf,
  orNull,
  type ShapeType,
  text,
  withDefault,
} from "../system/shape.ts"

/**
 * The JSON object of `get_socket_health` and of `diagnose socket-health --json`. As a function it reads one: it returns `misfit` for what is
 * none. `latency_ms` is in milliseconds, `last_validated` ISO 8601 in UTC. `source` is `daemon` for a connection that is
 * kept, by the daemon or by the library in a service, and `probe` where the CLI has looked without a daemon.
 *
 * @example
 * import * as Effect from "effect/Effect"
 * import { type SocketHealth, Sway } from "i3pm"
 *
 * const inWords = ({ error, latency_ms, status }: SocketHealth) => `${status}: ${error ?? `${latency_ms} ms`}`
 *
 * const report = Effect.flatMap(Sway, ({ health }) => Effect.flatMap(health, now => Effect.log(inWords(now))))
 */
export const SocketHealth = fields({
  status: oneOf("healthy", "stale", "disconnected"),
  /** The socket in use, or the one last used. */
  socket_path: orNull(text),
  /** When a reply last proved the connection: ISO 8601 in UTC. */
  last_validated: orNull(text),
  /** Round trip of that proof, in milliseconds. */
  latency_ms: orNull(amount),
  /** Successful reconnections since the daemon, or the service, started. */
  reconnection_count: count,
  /** Since the current connection was made; 0 without one. */
  uptime_seconds: amount,
  /** Why it is not healthy, in one sentence. */
  error: orNull(text),
  reconnecting: flag,
  compositor: orNull(fields({ name: text, version: text, pid: orNull(number) })),
  source: oneOf("daemon", "probe"),
  /** A problem that does not change the status, in one sentence. Daemons of earlier releases do not send this field. */
  warning: withDefault(orNull(text), null),
})

/** A decoded {@link SocketHealth}. */
export type SocketHealth = ShapeType<typeof SocketHealth>

/** The compositor that answered, as in the field `compositor`. */
export const compositorOf = ({ proof, pid }: Pick<LiveSocket, "proof" | "pid">) => ({
  ...shownVersion(proof.version),
  pid,
})

/** True if the difference matters to a person. Latency, uptime and the time of the last proof do not. */
export const differs = (a: SocketHealth, b: SocketHealth): boolean =>
  a.status !== b.status ||
  a.socket_path !== b.socket_path ||
  a.error !== b.error ||
  a.warning !== b.warning ||
  a.reconnecting !== b.reconnecting ||
  a.reconnection_count !== b.reconnection_count ||
  a.compositor?.pid !== b.compositor?.pid ||
  a.compositor?.version !== b.compositor?.version

/** One line for people, logs and the service manager: status, compositor, path, and the latency or the error. */
export const describe = (health: SocketHealth): string => escapeControl(sentenceOf(health))

const sentenceOf = (health: SocketHealth): string => {
  const who = health.compositor === null ? "" : `${health.compositor.name} ${health.compositor.version}`
  const pid = health.compositor?.pid == null ? "" : ` (pid ${health.compositor.pid})`
  const where = health.socket_path === null ? "" : ` at ${health.socket_path}`
  const warning = health.warning === null ? "" : `; warning: ${health.warning}`
  if (health.status === "healthy") {
    const times = health.reconnection_count === 0 ? "" : `, reconnected ${health.reconnection_count}×`
    return `healthy: ${who}${pid}${where}, answered in ${(health.latency_ms ?? 0).toFixed(1)} ms${times}${warning}`
  }
  return `${health.status}: ${health.error ?? "no reason known"}${health.reconnecting ? "; reconnecting" : ""}${warning}`
}
