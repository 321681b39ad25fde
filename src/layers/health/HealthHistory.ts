/** What has happened since the daemon started: counters, latencies, states. Of bounded size, in memory only. */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { monotonicOf } from "../system/monotonic.ts"
import { Workers } from "../system/Workers.ts"
import { HealthProbe } from "./HealthProbe.ts"
import type { HistorySnapshot } from "./HistorySnapshot.ts"
import { LatencyWindow } from "./LatencyWindow.ts"
import type { ProbeOutcome } from "./ProbeOutcome.ts"
import type { SocketHealth } from "./SocketHealth.ts"
import { begin, observe, spentUntil, type Timeline } from "./Timeline.ts"

/** Counters, latencies and state changes since the daemon started. */
export class HealthHistory extends Context.Tag("i3pm/HealthHistory")<
  HealthHistory,
  {
    /** The history up to now. Changes are followed by workers, so the latest may be missing. */
    readonly snapshot: Effect.Effect<HistorySnapshot>
    /** Takes over what a sweep did: orphans that it removed, and orphans that it could not remove. */
    readonly swept: (orphans: { readonly removed: number; readonly failed: number }) => Effect.Effect<void>
  }
>() {}

/** Milliseconds as seconds, with three decimals. */
const seconds = (milliseconds: number) => Math.round(milliseconds) / 1000

const noEvents = Effect.succeed({ seen: 0, lost: 0 })

/** The times and changes of a timeline, as `get_status` gives them. `tick` is now, on the monotonic clock. */
export const timelineToJson = (
  timeline: Timeline,
  tick: number,
): Pick<HistorySnapshot, "seconds_in_state" | "transitions"> => {
  const spent = spentUntil(timeline, tick)
  return {
    seconds_in_state: {
      healthy: seconds(spent.healthy),
      stale: seconds(spent.stale),
      disconnected: seconds(spent.disconnected),
    },
    transitions: timeline.transitions.map(({ at, from, lasted, reason, to }) => ({
      at: new Date(at).toISOString(),
      from,
      to,
      lasted_seconds: seconds(lasted),
      reason,
    })),
  }
}

/**
 * Collects for as long as the scope lives. `events` gives the counts of `SwayEvents.counts`; zeros by default, since the daemon
 * subscribes to no events and does not load that module.
 */
export const make = (events: Effect.Effect<{ readonly seen: number; readonly lost: number }> = noEvents) =>
  Effect.gen(function* () {
    const health = yield* HealthProbe
    const workers = yield* Workers
    const clock = yield* Effect.clock
    const now = Effect.sync(() => ({ wall: clock.unsafeCurrentTimeMillis(), tick: monotonicOf(clock) }))

    const latencies = new LatencyWindow()
    // The status of HealthProbe until the first attempt to connect has ended.
    let timeline = begin("disconnected", yield* now)
    let probes = 0
    let failures = 0
    let reconnections = 0
    let orphans = 0
    let unremovable = 0

    const onOutcome = ({ late, latencyMs, ok }: ProbeOutcome) =>
      Effect.sync(() => {
        if (!late) probes += 1
        if (!late && !ok) failures += 1
        if (latencyMs !== undefined) latencies.add(latencyMs)
      })

    const onChange = ({ error, reconnection_count, status }: SocketHealth) =>
      Effect.map(now, moment => {
        reconnections = reconnection_count
        timeline = observe(timeline, status, moment, error ?? "a reply arrived")
      })

    yield* workers.follow("history: probes", health.outcomes, onOutcome)
    yield* workers.follow("history: states", health.changes, onChange)

    return HealthHistory.of({
      snapshot: Effect.gen(function* () {
        const { lost, seen } = yield* events
        const { tick } = yield* now
        return {
          counters: {
            probes,
            probe_failures: failures,
            reconnections,
            removed_orphans: orphans,
            events_seen: seen,
            events_lost: lost,
          },
          unremovable_orphans: unremovable,
          latency_ms: latencies.quantiles(),
          ...timelineToJson(timeline, tick),
        }
      }),
      swept: ({ failed, removed }) =>
        Effect.sync(() => {
          orphans += removed
          unremovable = failed
        }),
    })
  })

/** The history of a daemon, which has no events. */
export const layer: Layer.Layer<HealthHistory, never, HealthProbe | Workers> = Layer.scoped(HealthHistory, make())
