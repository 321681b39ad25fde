/**
 * `--format openmetrics`: OpenMetrics 1.0 text, in base units. Pure.
 *
 * It has only the types of the older Prometheus text format: node_exporter's textfile collector reads that format, and refuses a
 * whole file because of an `info` or a `stateset` (measured with 1.5). So descriptions are gauges whose names end in `_info`.
 */

import type { HistorySnapshot } from "../../../layers/health/HistorySnapshot.ts"
import { healthCounters } from "../../../layers/health/healthCounters.ts"
import type { SocketHealth } from "../../../layers/health/SocketHealth.ts"
import { keysOf } from "../../../layers/system/keysOf.ts"
import { daemonIsUp, type Format, plain, type Surroundings, streamOf, type View } from "./Format.ts"
import { counter, exposition, type Family, gauge } from "./metricFamilies.ts"

/** Seconds, rounded to nanoseconds: further digits are errors of floating point. */
const perSecond = (milliseconds: number) => Number((milliseconds / 1000).toFixed(9))

const ofHealth = ({ compositor, ...health }: SocketHealth): ReadonlyArray<Family> => [
  gauge(
    "i3pm_socket_status",
    "1 for the state that the connection is in, 0 for the others.",
    ...(["healthy", "stale", "disconnected"] as const).map(
      status => [health.status === status ? 1 : 0, { status }] as const,
    ),
  ),
  gauge("i3pm_reconnecting", "1 while a reconnection is under way.", [health.reconnecting ? 1 : 0]),
  ...(health.latency_ms === null
    ? []
    : [
        {
          ...gauge("i3pm_latency_seconds", "Round trip of the last reply.", [perSecond(health.latency_ms)]),
          unit: "seconds",
        },
      ]),
  ...(health.last_validated === null
    ? []
    : [
        {
          ...gauge("i3pm_last_validated_timestamp_seconds", "When a reply last proved the connection.", [
            perSecond(Date.parse(health.last_validated)),
          ]),
          unit: "seconds",
        },
      ]),
  {
    ...gauge("i3pm_connection_uptime_seconds", "Since the current connection was made; 0 without one.", [
      health.uptime_seconds,
    ]),
    unit: "seconds",
  },
  ...(compositor === null
    ? []
    : [
        gauge("i3pm_compositor_info", "The compositor that answered.", [
          1,
          {
            name: plain(compositor.name),
            version: plain(compositor.version),
            pid: compositor.pid === null ? "" : String(compositor.pid),
          },
        ]),
      ]),
]

const ofHistory = ({
  counters,
  latency_ms,
  seconds_in_state,
  unremovable_orphans,
}: HistorySnapshot): ReadonlyArray<Family> => {
  const quantiles = [
    ["0.5", latency_ms.p50],
    ["0.9", latency_ms.p90],
    ["0.99", latency_ms.p99],
    ["1", latency_ms.max],
  ] as const
  return [
    ...keysOf(healthCounters).map(key => {
      const { meaning, openMetrics } = healthCounters[key]
      return counter(openMetrics, `${meaning}.`, counters[key])
    }),
    gauge("i3pm_unremovable_orphans", "Orphaned sockets that the last sweep could not remove.", [unremovable_orphans]),
    {
      name: "i3pm_state_seconds",
      type: "counter",
      unit: "seconds",
      help: "Time spent in each state since the daemon started.",
      samples: Object.entries(seconds_in_state).map(([status, value]) => ({
        name: "i3pm_state_seconds_total",
        value,
        labels: { status },
      })),
    },
    {
      name: "i3pm_reply_latency_seconds",
      type: "summary",
      unit: "seconds",
      help: "Round trips of the last replies to probes.",
      samples: quantiles.flatMap(([quantile, value]) =>
        value === null ? [] : [{ name: "i3pm_reply_latency_seconds", value: perSecond(value), labels: { quantile } }],
      ),
    },
  ]
}

/** For Prometheus; the version is a label. */
export const openmetrics = ({ version }: Surroundings): Format => {
  const text = (view: View) => {
    const health = view._tag === "Health" ? view.health : undefined
    const history = view._tag === "Health" ? view.history : undefined
    return exposition([
      gauge("i3pm_build_info", "This i3pm.", [1, { version }]),
      gauge("i3pm_daemon_up", "1 when the daemon answered.", [daemonIsUp(view) ? 1 : 0]),
      ...(health === undefined ? [] : ofHealth(health)),
      ...(history === undefined ? [] : ofHistory(history)),
    ])
  }
  return { name: "openmetrics", once: text, stream: streamOf(text) }
}
