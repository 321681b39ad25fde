import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import * as SubscriptionRef from "effect/SubscriptionRef"
import * as TestClock from "effect/TestClock"
import { makeAcceptanceCheck, watchAcceptance } from "../../../src/layers/health/acceptance.ts"
import type { Snapshot } from "../../../src/layers/health/Snapshot.ts"
import { ConnectionState } from "../../../src/layers/sway/ConnectionState.ts"
import { acceptsNoNew } from "../../support/wording.ts"
import { liveAt } from "../support/fakeDiscovery.ts"

const connected = { ...liveAt("/run/a.sock"), _tag: "Connected" as const, since: 0, reconnections: 0 }

/** A check of a backlog that the test fills. `counts` are the next looks; the last one stays. */
const makeCheck = (descriptors = { open: 1024, limit: 1024 }) => {
  let counts: ReadonlyArray<number> = [0]
  let looks = 0
  const accuracies: Array<string | undefined> = []
  const check = makeAcceptanceCheck({
    waitingAt: (_, accuracy) =>
      Effect.sync(() => {
        looks += 1
        accuracies.push(accuracy)
        const [count, ...rest] = counts
        if (rest.length > 0) counts = rest
        return count ?? 0
      }),
    descriptorsOf: () => descriptors,
  })
  return {
    /** Runs the check to its end, up to a second of confirmations included. */
    run: (connection = connected) =>
      Effect.gen(function* () {
        const fiber = yield* Effect.fork(check(connection))
        yield* TestClock.adjust("1 second")
        return yield* Fiber.join(fiber)
      }),
    fill: (...next: ReadonlyArray<number>) => {
      counts = next
      looks = 0
    },
    looks: () => looks,
    accuracies,
  }
}

describe("the check whether a compositor accepts connections", () => {
  it.effect("looks once at an empty backlog", () =>
    Effect.gen(function* () {
      const { fill, looks, run } = makeCheck()
      fill(0)
      assert.isNull(yield* run())
      assert.strictEqual(looks(), 1)
    }),
  )

  it.effect("warns of a backlog only after four seconds, with who, since when, how many and why", () =>
    Effect.gen(function* () {
      const { fill, run } = makeCheck()
      fill(2)
      assert.isNull(yield* run())
      yield* TestClock.adjust("3 seconds")
      assert.strictEqual(
        yield* run(),
        `sway (pid 4242) answers this connection but has ${acceptsNoNew} 1970-01-01T00:00:00.000Z: ` +
          "2 wait; it is out of file descriptors (1024 of 1024 open)",
      )
    }),
  )

  it.effect(
    "only glances at the backlog until it has seen someone wait: a look that misses them must not end the warning",
    () =>
      Effect.gen(function* () {
        const { accuracies, fill, run } = makeCheck()
        fill(0, 0, 1, 1, 0, 0)
        for (let look = 0; look < 6; look += 1) yield* run()
        assert.deepStrictEqual(accuracies, ["glance", "glance", "glance", "sure", "sure", "glance"])
      }),
  )

  it.effect("does not warn when one of the confirming looks finds the backlog empty", () =>
    Effect.gen(function* () {
      const { fill, looks, run } = makeCheck()
      fill(1)
      yield* run()
      yield* TestClock.adjust("3 seconds")
      fill(1, 1, 1, 0)
      assert.isNull(yield* run())
      assert.strictEqual(looks(), 4)
      fill(1)
      assert.isNull(yield* run(), "the time counts from the new backlog")
    }),
  )

  it.effect("counts the time anew for a new connection", () =>
    Effect.gen(function* () {
      const { fill, run } = makeCheck()
      fill(1)
      yield* run()
      yield* TestClock.adjust("3 seconds")
      assert.isNull(yield* run({ ...connected, reconnections: 1 }))
    }),
  )

  it.effect("gives no cause where the compositor has descriptors left", () =>
    Effect.gen(function* () {
      const { fill, run } = makeCheck({ open: 8, limit: 1024 })
      fill(2)
      yield* run()
      yield* TestClock.adjust("3 seconds")
      assert.match((yield* run()) ?? "", /: 2 wait$/)
    }),
  )

  it.effect("names no pid and accuses nobody where the pid is not known", () =>
    Effect.gen(function* () {
      const { fill, run } = makeCheck()
      const unknown = { ...connected, pid: null }
      fill(1)
      yield* run(unknown)
      yield* TestClock.adjust("3 seconds")
      assert.match((yield* run(unknown)) ?? "", /^sway answers .*: 1 waits; it may be out of file descriptors$/)
    }),
  )
})

/** A watch of a snapshot, with a backlog that the test fills; `updates` are the snapshots since the beginning. */
const makeWatch = (first: Snapshot) =>
  Effect.gen(function* () {
    let waiting = 3
    let looks = 0
    const state = yield* SubscriptionRef.make(first)
    const updates: Array<Snapshot> = []
    yield* Effect.forkScoped(Stream.runForEach(state.changes, each => Effect.sync(() => updates.push(each))))
    const waitingAt = () =>
      Effect.sync(() => {
        looks += 1
        return waiting
      })
    const machine = { waitingAt, descriptorsOf: () => undefined }
    yield* Effect.forkScoped(watchAcceptance(state, machine))
    return {
      state,
      updates,
      looks: () => looks,
      fill: (count: number) => {
        waiting = count
      },
    }
  })

const healthy = {
  status: "healthy",
  error: null,
  proof: connected.proof,
  connection: connected,
  warning: null,
  settingsRefused: null,
} as const

describe("the watch", () => {
  it.scoped("keeps the warning of a healthy connection up to date, and updates nothing without a change", () =>
    Effect.gen(function* () {
      const { fill, state, updates } = yield* makeWatch(healthy)
      yield* TestClock.adjust("30 seconds")
      const warned = yield* SubscriptionRef.get(state)
      assert.match(warned.warning ?? "", /3 wait/)
      assert.deepStrictEqual(warned, { ...healthy, warning: warned.warning })
      fill(0)
      yield* TestClock.adjust("10 seconds")
      assert.deepStrictEqual(yield* SubscriptionRef.get(state), healthy)
      yield* TestClock.adjust("10 seconds")
      assert.deepStrictEqual(
        updates.map(({ warning }) => warning !== null),
        [false, true, false],
      )
    }),
  )

  const disconnected = ConnectionState.Disconnected({ lastError: "closed", path: null, reconnections: 0 })
  const others: ReadonlyArray<readonly [string, Snapshot]> = [
    ["does not answer", { ...healthy, status: "stale", error: "no reply" }],
    ["is lost", { ...healthy, connection: disconnected }],
  ]
  for (const [what, snapshot] of others) {
    it.scoped(`looks at no connection that ${what}`, () =>
      Effect.gen(function* () {
        const { looks, state } = yield* makeWatch(snapshot)
        yield* TestClock.adjust("30 seconds")
        assert.strictEqual(looks(), 0)
        assert.deepStrictEqual(yield* SubscriptionRef.get(state), snapshot)
      }),
    )
  }
})
