/** The history in the answer to `get_status`. The daemon makes it and the CLI reads it. Pure, no Effect runtime. */
import { amount, count, fields, list, oneOf, orNull, type ShapeType, text, withDefault } from "../system/shape.ts"

const Status = oneOf("healthy", "stale", "disconnected")

/** Counted since the daemon started. */
const Counters = fields({
  /** Probes of the kept connection: the answered ones and the failed ones. */
  probes: count,
  probe_failures: count,
  reconnections: count,
  removed_orphans: count,
  /** Events from the compositor; 0 without a subscriber. */
  events_seen: count,
  /** Events that were dropped because a subscriber was too slow. */
  events_lost: count,
})

/** Counts since the daemon started. */
export type Counters = ShapeType<typeof Counters>

const Latency = orNull(amount)

/** The fields of the history, which `get_status` has beside others. */
export const historyFields = {
  counters: Counters,
  /** Orphans that the last sweep could not remove. A daemon of an earlier version does not tell it. */
  unremovable_orphans: withDefault(count, 0),
  /** Round trips of the last probes, in milliseconds; null before the first reply. */
  latency_ms: fields({
    p50: Latency,
    p90: Latency,
    p99: Latency,
    max: Latency,
    samples: count,
  }),
  seconds_in_state: fields({
    healthy: amount,
    stale: amount,
    disconnected: amount,
  }),
  /** The last changes of the status, the oldest first. */
  transitions: list(
    fields({
      /** ISO 8601 in UTC. */
      at: text,
      from: Status,
      to: Status,
      /** How long the status `from` had lasted. */
      lasted_seconds: amount,
      /** Why, in one sentence. */
      reason: text,
    }),
  ),
}

/** The history as `get_status` gives it: counters, latencies in milliseconds, times in seconds, ISO 8601 timestamps. */
export const HistorySnapshot = fields(historyFields)

/** The history as `get_status` gives it: counters, latencies in milliseconds, times in seconds, ISO 8601 timestamps. */
export type HistorySnapshot = ShapeType<typeof HistorySnapshot>
