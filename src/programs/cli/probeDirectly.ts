/** Health without a daemon: finds all sockets once and probes each. */
import * as Effect from "effect/Effect"
import { compositorOf, type SocketHealth } from "../../layers/health/SocketHealth.ts"
import { Settings } from "../../layers/settings/Settings.ts"
import { isUsable, nothingFoundIn, toLiveSocket } from "../../layers/sockets/LiveSocket.ts"
import { SocketDiscovery } from "../../layers/sockets/SocketDiscovery.ts"
import { RuntimeDir } from "../../layers/system/RuntimeDir.ts"
import { readable } from "../../layers/system/rawText.ts"

/** Probes all sockets, within the probe deadline. It knows no history: counters and uptime are 0, and `source` is `probe`. */
export const probeDirectly = Effect.gen(function* () {
  const { probeDeadline } = yield* Effect.flatMap(Settings, ({ current }) => current)
  const discovery = yield* SocketDiscovery
  const candidates = yield* discovery.survey({ deadline: probeDeadline })
  const present = candidates.find(isUsable)
  const winner = candidates.find(({ verdict }) => verdict === "live")
  const live = winner === undefined ? undefined : toLiveSocket(winner)
  const [named] = candidates
  const { path: runtimeDir } = yield* RuntimeDir
  const nothing =
    named === undefined ? nothingFoundIn(runtimeDir) : `no Sway or i3 socket found; ${named.path}: ${named.reason}`
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
