/** Views for the tests of the formats. */
import type { HistorySnapshot } from "../../../../src/layers/health/HistorySnapshot.ts"
import type { SocketHealth } from "../../../../src/layers/health/SocketHealth.ts"
import type { Surroundings, View } from "../../../../src/programs/cli/formats/Format.ts"
import { noSocketFound, notRunning } from "../../../support/wording.ts"

export const surroundings: Surroundings = { width: undefined, colour: false, version: "0.1.0" }

const healthy: SocketHealth = {
  status: "healthy",
  socket_path: "/run/user/1000/sway-ipc.1000.11025.sock",
  last_validated: "2026-11-24T02:13:58.197Z",
  latency_ms: 0.4898179999999999,
  reconnection_count: 2,
  uptime_seconds: 12.5,
  error: null,
  reconnecting: false,
  compositor: { name: "sway", version: "1.7", pid: 11025 },
  source: "daemon",
  warning: null,
}

const history: HistorySnapshot = {
  counters: { probes: 9, probe_failures: 1, reconnections: 2, removed_orphans: 3, events_seen: 0, events_lost: 0 },
  unremovable_orphans: 4,
  latency_ms: { p50: 0.5, p90: 1, p99: 7, max: 7.5, samples: 9 },
  seconds_in_state: { healthy: 100.5, stale: 1, disconnected: 0.25 },
  transitions: [],
}

export const viewOf = (changed: Partial<SocketHealth> = {}) => ({
  _tag: "Health" as const,
  at: Date.parse("2026-11-24T02:14:00.000Z"),
  health: { ...healthy, ...changed },
  history,
})

/** One of each state, by its name. */
export const views = {
  healthy: viewOf(),
  stale: viewOf({ status: "stale", error: "sway (pid 11025) is stopped (SIGSTOP) and has not answered" }),
  disconnected: {
    ...viewOf({
      status: "disconnected",
      error: noSocketFound,
      socket_path: null,
      last_validated: null,
      latency_ms: null,
      uptime_seconds: 0,
      compositor: null,
      reconnecting: true,
      source: "probe",
    }),
    history: undefined,
  },
  down: { _tag: "Down", at: 0, message: notRunning } satisfies View,
} as const

/** A compositor that says of itself what would break a line, a markup, a tag, a label or a terminal. */
export const hostile = viewOf({
  status: "stale",
  error: 'it said "a|b" & <b>c</b>\n%{F#ff0000}\x1b[31m\u2028 \\ é 日本',
  compositor: { name: 'sw%{A1:x:}<i>&"\n', version: "1|'7\\\n\"\x07", pid: null },
  socket_path: "/tmp/a b|'\"<x>&\n.sock",
})
