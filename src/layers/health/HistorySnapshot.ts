/** The history in the answer to `get_status`. The daemon encodes it and the CLI decodes it. Pure. */
import * as Schema from "effect/Schema"

const Status = Schema.Literal("healthy", "stale", "disconnected")

/** Counted since the daemon started. */
const Counters = Schema.Struct({
  /** Probes of the kept connection: the answered ones and the failed ones. */
  probes: Schema.NonNegativeInt,
  probe_failures: Schema.NonNegativeInt,
  reconnections: Schema.NonNegativeInt,
  removed_orphans: Schema.NonNegativeInt,
  /** Events from the compositor; 0 without a subscriber. */
  events_seen: Schema.NonNegativeInt,
  /** Events that were dropped because a subscriber was too slow. */
  events_lost: Schema.NonNegativeInt,
})

/** Counts since the daemon started. */
export type Counters = typeof Counters.Type

const Latency = Schema.NullOr(Schema.NonNegative)

/** The history as `get_status` gives it: counters, latencies in milliseconds, times in seconds, ISO 8601 timestamps. */
export const HistorySnapshot = Schema.Struct({
  counters: Counters,
  /** Round trips of the last probes, in milliseconds; null before the first reply. */
  latency_ms: Schema.Struct({
    p50: Latency,
    p90: Latency,
    p99: Latency,
    max: Latency,
    samples: Schema.NonNegativeInt,
  }),
  seconds_in_state: Schema.Struct({
    healthy: Schema.NonNegative,
    stale: Schema.NonNegative,
    disconnected: Schema.NonNegative,
  }),
  /** The last changes of the status, the oldest first. */
  transitions: Schema.Array(
    Schema.Struct({
      /** ISO 8601 in UTC. */
      at: Schema.String,
      from: Status,
      to: Status,
      /** How long the status `from` had lasted. */
      lasted_seconds: Schema.NonNegative,
      /** Why, in one sentence. */
      reason: Schema.String,
    }),
  ),
})

/** The history as `get_status` gives it: counters, latencies in milliseconds, times in seconds, ISO 8601 timestamps. */
export type HistorySnapshot = typeof HistorySnapshot.Type
