/** Asks the daemon how the connection is, or finds out directly. */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { ControlClientError } from "../../layers/control/answers.ts"
import { ControlClient } from "../../layers/control/ControlClient.ts"
import { compositorOf, SocketHealth } from "../../layers/health/SocketHealth.ts"
import { Settings } from "../../layers/settings/Settings.ts"
import { isUsable, toLiveSocket } from "../../layers/sockets/LiveSocket.ts"
import { SocketDiscovery } from "../../layers/sockets/SocketDiscovery.ts"
import { readable } from "../../layers/system/rawText.ts"

/** How long the daemon may take: it answers within 100 ms whatever the compositor does. */
export const daemonDeadline = Duration.millis(100)

/** Health as the daemon knows it. */
export const askDaemon = Effect.gen(function* () {
  const client = yield* ControlClient
  const answer = yield* client.call("get_socket_health", undefined, daemonDeadline)
  return yield* Schema.decodeUnknown(SocketHealth)(answer).pipe(
    Effect.mapError(
      cause =>
        new ControlClientError({
          reason: "Malformed",
          path: "the daemon",
          code: undefined,
          message: `the daemon's answer is no socket health: ${cause.message}`,
          cause,
        }),
    ),
  )
})

/** Health as one look at the sockets shows it, within the probe deadline. */
export const probeDirectly = Effect.gen(function* () {
  const { probeDeadline } = yield* Effect.flatMap(Settings, ({ current }) => current)
  const discovery = yield* SocketDiscovery
  const candidates = yield* discovery.survey({ deadline: probeDeadline })
  const present = candidates.find(isUsable)
  const winner = candidates.find(({ verdict }) => verdict === "live")
  const live = winner === undefined ? undefined : toLiveSocket(winner)
  const [named] = candidates
  const nothing = `no Sway or i3 socket found${named === undefined ? "" : `; ${named.path}: ${named.reason}`}`
  const path = live?.path ?? present?.path
  const health: SocketHealth = {
    status: live === undefined ? (present === undefined ? "disconnected" : "stale") : "healthy",
    socket_path: path === undefined ? null : readable(path),
    last_validated: live === undefined ? null : new Date(live.proof.at).toISOString(),
    latency_ms: live?.proof.latencyMs ?? null,
    reconnection_count: 0,
    uptime_seconds: 0,
    error: live === undefined ? readable(present === undefined ? nothing : `${present.path}: ${present.reason}`) : null,
    reconnecting: false,
    compositor: live === undefined ? null : compositorOf(live),
    source: "probe",
    warning: null,
  }
  return health
})
