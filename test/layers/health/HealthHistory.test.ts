import { assert, describe, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as PubSub from "effect/PubSub"
import * as Stream from "effect/Stream"
import * as SubscriptionRef from "effect/SubscriptionRef"
import * as TestClock from "effect/TestClock"
import * as CountedCleanup from "../../../src/layers/health/countedCleanup.ts"
import * as HealthHistory from "../../../src/layers/health/HealthHistory.ts"
import { HealthProbe } from "../../../src/layers/health/HealthProbe.ts"
import { HistorySnapshot } from "../../../src/layers/health/HistorySnapshot.ts"
import type { ProbeOutcome } from "../../../src/layers/health/ProbeOutcome.ts"
import type { SocketHealth } from "../../../src/layers/health/SocketHealth.ts"
import { begin, observe } from "../../../src/layers/health/Timeline.ts"
import { SocketCleanup } from "../../../src/layers/sockets/SocketCleanup.ts"
import * as Workers from "../../../src/layers/system/Workers.ts"
import { until, untilSeen } from "../../support/waiting.ts"

const health: SocketHealth = {
  status: "disconnected",
  socket_path: null,
  last_validated: null,
  latency_ms: null,
  reconnection_count: 0,
  uptime_seconds: 0,
  error: "not connected yet",
  reconnecting: false,
  compositor: null,
  source: "daemon",
  warning: null,
}

const answered = (latencyMs: number): ProbeOutcome => ({ ok: true, late: false, latencyMs })
const overdue: ProbeOutcome = { ok: false, late: false, latencyMs: undefined }

const swept = (removed: boolean, error?: string) => ({
  path: "/run/a.sock",
  verdict: "orphan" as const,
  reason: "nobody listens",
  pid: undefined,
  removed,
  error,
})

/** A history of a probe and a cleanup that the test makes. */
const makeSetup = Effect.gen(function* () {
  const state = yield* SubscriptionRef.make(health)
  const outcomes = yield* PubSub.unbounded<ProbeOutcome>()
  const followed = { changes: 0, outcomes: false }
  let sweeps = 0
  const services = yield* Layer.build(
    CountedCleanup.layer.pipe(
      Layer.provideMerge(HealthHistory.layer),
      Layer.provide(
        Layer.mergeAll(
          Layer.mock(HealthProbe, {
            changes: Stream.tap(state.changes, () => Effect.sync(() => (followed.changes += 1))),
            outcomes: Stream.unwrapScoped(
              Effect.map(PubSub.subscribe(outcomes), queue => {
                followed.outcomes = true
                return Stream.fromQueue(queue)
              }),
            ),
          }),
          Layer.mock(SocketCleanup, {
            // The file that cannot be removed is gone at the third sweep.
            sweep: ({ dryRun }) =>
              Effect.sync(() => {
                sweeps += 1
                const stuck = sweeps === 3 ? [] : [swept(false, "EPERM")]
                return [swept(!dryRun), swept(false), swept(!dryRun), ...(dryRun ? [] : stuck)]
              }),
          }),
          Workers.layer,
        ),
      ),
    ),
  )
  yield* untilSeen(
    () => followed,
    ({ changes, outcomes }) => changes > 0 && outcomes,
  )
  const history = Context.get(services, HealthHistory.HealthHistory)
  return {
    history,
    cleanup: Context.get(services, SocketCleanup),
    tell: (...told: ReadonlyArray<ProbeOutcome>) => PubSub.publishAll(outcomes, told),
    /** Waits until so many probes have been counted. */
    probes: (count: number) => until(history.snapshot, ({ counters }) => counters.probes >= count),
    become: (next: Partial<SocketHealth>) =>
      Effect.gen(function* () {
        const before = followed.changes
        yield* SubscriptionRef.update(state, now => ({ ...now, ...next }))
        yield* untilSeen(
          () => followed.changes,
          count => count > before,
        )
      }),
  }
})

describe("a timeline in the answer", () => {
  it("has its times in seconds, up to now, and its changes with dates", () => {
    const start = begin("disconnected", { wall: 0, tick: 500 })
    const timeline = observe(start, "healthy", { wall: 1000, tick: 1500 }, "a reply arrived")
    assert.deepStrictEqual(HealthHistory.timelineToJson(timeline, 1750), {
      seconds_in_state: { healthy: 0.25, stale: 0, disconnected: 1 },
      transitions: [
        {
          at: "1970-01-01T00:00:01.000Z",
          from: "disconnected",
          to: "healthy",
          lasted_seconds: 1,
          reason: "a reply arrived",
        },
      ],
    })
  })
})

describe("the history", () => {
  it.scoped("is empty at first, and is of its shape", () =>
    Effect.gen(function* () {
      const { history } = yield* makeSetup
      const snapshot = yield* history.snapshot
      assert.deepStrictEqual(HistorySnapshot(JSON.parse(JSON.stringify(snapshot))), snapshot)
      const { unremovable_orphans: _, ...ofAnEarlierVersion } = snapshot
      assert.deepStrictEqual(HistorySnapshot(ofAnEarlierVersion), snapshot)
      assert.deepStrictEqual(new Set(Object.values(snapshot.counters)), new Set([0]))
      assert.deepStrictEqual(snapshot.transitions, [])
      assert.strictEqual(snapshot.latency_ms.p50, null)
    }),
  )

  it.scoped("counts a probe with a late reply once, and takes the latency of the reply", () =>
    Effect.gen(function* () {
      const { probes, tell } = yield* makeSetup
      yield* tell(answered(1), answered(2), overdue, { ok: true, late: true, latencyMs: 90 })
      yield* tell({ ok: false, late: false, latencyMs: 3 })
      const { counters, latency_ms } = yield* probes(4)
      assert.strictEqual(counters.probes, 4)
      assert.strictEqual(counters.probe_failures, 2)
      assert.deepStrictEqual(latency_ms, { p50: 2, p90: 90, p99: 90, max: 90, samples: 4 })
    }),
  )

  it.scoped("remembers states, why they changed and how long they lasted", () =>
    Effect.gen(function* () {
      const { become, history } = yield* makeSetup
      yield* TestClock.adjust("2 seconds")
      yield* become({ status: "healthy", error: null })
      yield* TestClock.adjust("7 seconds")
      yield* become({ status: "stale", error: "sway is stopped" })
      yield* become({ error: "sway is still stopped" })
      yield* TestClock.adjust("1 seconds")
      yield* become({ status: "healthy", error: null, reconnection_count: 1 })
      yield* TestClock.adjust("500 millis")
      const { counters, seconds_in_state, transitions } = yield* history.snapshot
      assert.strictEqual(counters.reconnections, 1)
      assert.deepStrictEqual(seconds_in_state, { healthy: 7.5, stale: 1, disconnected: 2 })
      assert.deepStrictEqual(
        transitions.map(({ at, from, lasted_seconds, reason, to }) => [at, from, to, lasted_seconds, reason]),
        [
          ["1970-01-01T00:00:02.000Z", "disconnected", "healthy", 2, "a reply arrived"],
          ["1970-01-01T00:00:09.000Z", "healthy", "stale", 7, "sway is stopped"],
          ["1970-01-01T00:00:10.000Z", "stale", "healthy", 1, "a reply arrived"],
        ],
      )
    }),
  )

  it.scoped("counts what any sweep removes, and not what a dry run would", () =>
    Effect.gen(function* () {
      const { cleanup, history } = yield* makeSetup
      yield* cleanup.sweep({ dryRun: true })
      assert.strictEqual((yield* history.snapshot).counters.removed_orphans, 0)
      assert.strictEqual((yield* cleanup.sweep({ dryRun: false })).length, 4)
      yield* cleanup.sweep({ dryRun: false })
      assert.strictEqual((yield* history.snapshot).counters.removed_orphans, 4)
    }),
  )

  it.scoped("has what the last sweep could not remove, whatever a dry run says", () =>
    Effect.gen(function* () {
      const { cleanup, history } = yield* makeSetup
      const unremovable = Effect.map(history.snapshot, ({ unremovable_orphans }) => unremovable_orphans)
      yield* cleanup.sweep({ dryRun: false })
      assert.strictEqual(yield* unremovable, 1)
      yield* cleanup.sweep({ dryRun: true })
      assert.strictEqual(yield* unremovable, 1)
      yield* cleanup.sweep({ dryRun: false })
      assert.strictEqual(yield* unremovable, 0)
    }),
  )

  it.scoped("takes the counts of events from its argument", () =>
    Effect.gen(function* () {
      const history = yield* HealthHistory.make(Effect.succeed({ seen: 7, lost: 2 })).pipe(
        Effect.provide(
          Layer.merge(Layer.mock(HealthProbe, { changes: Stream.never, outcomes: Stream.never }), Workers.layer),
        ),
      )
      const { counters } = yield* history.snapshot
      assert.deepStrictEqual([counters.events_seen, counters.events_lost], [7, 2])
    }),
  )

  it.scoped("is separate for two daemons in one process", () =>
    Effect.gen(function* () {
      const one = yield* makeSetup
      const other = yield* makeSetup
      yield* one.tell(answered(1))
      assert.strictEqual((yield* one.probes(1)).counters.probes, 1)
      assert.strictEqual((yield* other.history.snapshot).counters.probes, 0)
    }),
  )
})
