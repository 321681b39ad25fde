/** The daemon's history as Effect metrics, for an exporter. */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Metric from "effect/Metric"
import * as MetricBoundaries from "effect/MetricBoundaries"
import * as Schedule from "effect/Schedule"
import { HealthHistory } from "../health/HealthHistory.ts"
import { HealthProbe } from "../health/HealthProbe.ts"
import type { Counters, HistorySnapshot } from "../health/HistorySnapshot.ts"
import { healthCounters } from "../health/healthCounters.ts"
import { keysOf } from "../system/keysOf.ts"
import { Workers } from "../system/Workers.ts"

/** How often counters are updated: the time in a state grows while nothing happens. */
const updateSchedule = Schedule.spaced(Duration.seconds(5))

const counter = (name: string, description: string) => Metric.counter(name, { description, incremental: true })

const counterNames = keysOf(healthCounters)

const counterOf = (name: keyof Counters) => {
  const { meaning, openTelemetry, unit } = healthCounters[name]
  return counter(openTelemetry, `${meaning}, in ${unit}.`)
}

const unremovable = Metric.gauge("i3pm.orphans.unremovable", {
  description: "Orphaned sockets that the last sweep could not remove, in files.",
  // With the unit 1, which is the exporter's default, receivers take a gauge for a ratio and name it so.
}).pipe(Metric.tagged("unit", "{files}"))

/** The exporter reads the unit from the tag `unit`. */
const inState = (state: string) =>
  counter("i3pm.state.time", "Time spent in each state, in seconds.").pipe(
    Metric.tagged("state", state),
    Metric.tagged("unit", "s"),
  )

const isState = (state: string) =>
  Metric.gauge("i3pm.state", { description: "1 for the state that the connection is in, 0 for the others." }).pipe(
    Metric.tagged("state", state),
  )

const latency = Metric.histogram(
  "i3pm.probe.latency",
  MetricBoundaries.fromIterable([0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 60, 100, 1000, 10_000]),
  "Round trips of probes, in milliseconds.",
).pipe(Metric.tagged("unit", "ms"))

const states = ["healthy", "stale", "disconnected"] as const

const nothing: Pick<HistorySnapshot, "counters" | "seconds_in_state"> = {
  counters: { probes: 0, probe_failures: 0, reconnections: 0, removed_orphans: 0, events_seen: 0, events_lost: 0 },
  seconds_in_state: { healthy: 0, stale: 0, disconnected: 0 },
}

/** Copies the history into metrics for as long as the scope lives, and once more at its end. */
export const layer: Layer.Layer<never, never, HealthProbe | HealthHistory | Workers> = Layer.scopedDiscard(
  Effect.gen(function* () {
    const health = yield* HealthProbe
    const history = yield* HealthHistory
    const workers = yield* Workers
    let recorded = nothing

    const recordGrowth = Effect.gen(function* () {
      const now = yield* history.snapshot
      const before = recorded
      recorded = now
      yield* Metric.set(unremovable, now.unremovable_orphans)
      for (const name of counterNames) {
        yield* Metric.incrementBy(counterOf(name), now.counters[name] - before.counters[name])
      }
      for (const state of states) {
        yield* Metric.incrementBy(inState(state), now.seconds_in_state[state] - before.seconds_in_state[state])
      }
    })

    const recordLatency = (milliseconds: number | undefined) =>
      milliseconds === undefined ? Effect.void : Metric.update(latency, milliseconds)

    yield* workers.follow("telemetry: probes", health.outcomes, ({ latencyMs }) => recordLatency(latencyMs))
    yield* workers.follow("telemetry: states", health.changes, ({ status }) =>
      Effect.forEach(states, state => Metric.set(isState(state), state === status ? 1 : 0), { discard: true }),
    )
    yield* workers.start("telemetry: counters", Effect.repeat(recordGrowth, updateSchedule))
    yield* Effect.addFinalizer(() => recordGrowth)
  }),
)
