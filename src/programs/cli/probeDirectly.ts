/** Health as one look at the sockets shows it, where there is no daemon. */
import * as Effect from "effect/Effect"
import { compositorOf, type SocketHealth } from "../../layers/health/SocketHealth.ts"
import { Settings } from "../../layers/settings/Settings.ts"
import { isUsable, toLiveSocket } from "../../layers/sockets/LiveSocket.ts"
import { SocketDiscovery } from "../../layers/sockets/SocketDiscovery.ts"
import { readable } from "../../layers/system/rawText.ts"

/** Looks at all sockets, within the probe deadline. */
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
