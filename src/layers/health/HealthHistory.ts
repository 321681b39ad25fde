/** What has happened since the daemon started: counters, latencies, states. Bounded, in memory, gone with the daemon. */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { SocketCleanup } from "../sockets/SocketCleanup.ts"
import { monotonicOf } from "../system/monotonic.ts"
import { Workers } from "../system/Workers.ts"
import { HealthProbe } from "./HealthProbe.ts"
import type { HistorySnapshot } from "./HistorySnapshot.ts"
import { LatencyWindow } from "./LatencyWindow.ts"
import type { ProbeOutcome } from "./ProbeOutcome.ts"
import type { SocketHealth } from "./SocketHealth.ts"
import { begin, observe, spentUntil } from "./Timeline.ts"

export class HealthHistory extends Context.Tag("i3pm/HealthHistory")<
  HealthHistory,
  {
    /** All of it. What has happened in this very turn of the event loop may be missing. */
    readonly snapshot: Effect.Effect<HistorySnapshot>
    /** Counts orphans that were removed. */
    readonly removedOrphans: (count: number) => Effect.Effect<void>
  }
>() {}

const seconds = (milliseconds: number) => Math.round(milliseconds) / 1000

const noEvents = Effect.succeed({ seen: 0, lost: 0 })

/**
 * Remembers for as long as the scope lives. `events` tells how many there were, as `SwayEvents.counts` does: its module is
 * not loaded for that, since the daemon subscribes to none.
 */
export const make = (events: Effect.Effect<{ readonly seen: number; readonly lost: number }> = noEvents) =>
  Effect.gen(function* () {
    const health = yield* HealthProbe
    const workers = yield* Workers
    const clock = yield* Effect.clock
    const now = Effect.sync(() => ({ wall: clock.unsafeCurrentTimeMillis(), tick: monotonicOf(clock) }))

    const latencies = new LatencyWindow()
    // Health itself begins here, before the first attempt to connect has ended.
    let timeline = begin("disconnected", yield* now)
    let probes = 0
    let failures = 0
    let reconnections = 0
    let orphans = 0

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
        const spent = spentUntil(timeline, tick)
        return {
          counters: {
            probes,
            probe_failures: failures,
            reconnections,
            removed_orphans: orphans,
            events_seen: seen,
            events_lost: lost,
          },
          latency_ms: latencies.quantiles(),
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
      }),
      removedOrphans: count =>
        Effect.sync(() => {
          orphans += count
        }),
    })
  })

export const layer: Layer.Layer<HealthHistory, never, HealthProbe | Workers> = Layer.scoped(HealthHistory, make())

/** The same cleanup, its removals counted whoever asks for them. */
export const countedCleanup: Layer.Layer<SocketCleanup, never, SocketCleanup | HealthHistory> = Layer.effect(
  SocketCleanup,
  Effect.zipWith(SocketCleanup, HealthHistory, (cleanup, history) =>
    SocketCleanup.of({
      sweep: options =>
        Effect.tap(cleanup.sweep(options), swept => history.removedOrphans(swept.filter(each => each.removed).length)),
    }),
  ),
)
