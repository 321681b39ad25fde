/** The daemon's history as `get_status` gives it: the one shape that daemon and CLI share. Pure. */
import * as Schema from "effect/Schema"

const Status = Schema.Literal("healthy", "stale", "disconnected")

/** All since the start of the daemon. */
const Counters = Schema.Struct({
  /** Probes of the kept connection that were answered or have failed. */
  probes: Schema.NonNegativeInt,
  probe_failures: Schema.NonNegativeInt,
  reconnections: Schema.NonNegativeInt,
  removed_orphans: Schema.NonNegativeInt,
  /** Events that came from the compositor; 0 where nobody has subscribed. */
  events_seen: Schema.NonNegativeInt,
  /** Events that a subscriber was too slow for. */
  events_lost: Schema.NonNegativeInt,
})

export type Counters = typeof Counters.Type

const Latency = Schema.NullOr(Schema.NonNegative)

export const HistorySnapshot = Schema.Struct({
  counters: Counters,
  /** Round trips of the last probes, in milliseconds; null while no reply has come. */
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
  /** The last changes, the oldest first. */
  transitions: Schema.Array(
    Schema.Struct({
      /** ISO 8601 in UTC. */
      at: Schema.String,
      from: Status,
      to: Status,
      /** How long `from` had lasted. */
      lasted_seconds: Schema.NonNegative,
      /** Why, in one sentence. */
      reason: Schema.String,
    }),
  ),
})

export type HistorySnapshot = typeof HistorySnapshot.Type
