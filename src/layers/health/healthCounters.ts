/**
 * The counters of the daemon by their names in OpenMetrics (`cli/formats/openmetrics.ts`) and OpenTelemetry (`telemetry/metrics.ts`),
 * with their words. Pure. A new one stands here and in `HistorySnapshot.ts`, and is counted in `HealthHistory.ts`.
 */
import type { Counters } from "./HistorySnapshot.ts"

/** How exporters call a counter. */
export interface HealthCounter {
  /** Its family in OpenMetrics: a sample has `_total` at the end. */
  readonly openMetrics: string
  readonly openTelemetry: string
  /** A sentence without its full stop. */
  readonly meaning: string
  /** What is counted, in the plural. */
  readonly unit: string
}

/** Those of `get_status`, in the order in which they are exported. */
export const healthCounters: Readonly<Record<keyof Counters, HealthCounter>> = {
  probes: {
    openMetrics: "i3pm_probes",
    openTelemetry: "i3pm.probes",
    meaning: "Probes of the kept connection",
    unit: "probes",
  },
  probe_failures: {
    openMetrics: "i3pm_probe_failures",
    openTelemetry: "i3pm.probe.failures",
    meaning: "Probes that failed",
    unit: "probes",
  },
  reconnections: {
    openMetrics: "i3pm_reconnections",
    openTelemetry: "i3pm.reconnections",
    meaning: "Successful reconnections",
    unit: "reconnections",
  },
  removed_orphans: {
    openMetrics: "i3pm_removed_orphans",
    openTelemetry: "i3pm.orphans.removed",
    meaning: "Orphaned sockets removed",
    unit: "files",
  },
  events_seen: {
    openMetrics: "i3pm_events_seen",
    openTelemetry: "i3pm.events.seen",
    meaning: "Events that came from the compositor",
    unit: "events",
  },
  events_lost: {
    openMetrics: "i3pm_events_lost",
    openTelemetry: "i3pm.events.lost",
    meaning: "Events that a subscriber was too slow for",
    unit: "events",
  },
}
