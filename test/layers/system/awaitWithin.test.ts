import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/TestClock"
import { awaitWithin } from "../../../src/layers/system/awaitWithin.ts"

/** A clock on which each sleep ends at once and has taken longer than asked by the time that is next in `lateness`. */
const makeStallingClock = (lateness: ReadonlyArray<number>) => {
  const slept: Array<number> = []
  let now = 0
  const clock: Clock.Clock = Object.assign(Clock.make(), {
    unsafeCurrentTimeNanos: () => BigInt(Math.round(now * 1e6)),
    sleep: (duration: Duration.Duration) =>
      Effect.sync(() => {
        now += Duration.toMillis(duration) + (lateness[slept.length] ?? 0)
        slept.push(Duration.toMillis(duration))
      }),
  })
  return { clock, slept }
}

describe("awaitWithin", () => {
  it.effect("is true as soon as the result is there, be it a failure, and false at the deadline", () =>
    Effect.gen(function* () {
      const result = yield* Deferred.make<number, string>()
      const waiting = yield* Effect.fork(awaitWithin(result, 60))
      yield* TestClock.adjust("59 millis")
      yield* Deferred.fail(result, "no")
      assert.isTrue(yield* Fiber.join(waiting))
      const late = yield* Effect.fork(awaitWithin(yield* Deferred.make<number>(), 60))
      yield* TestClock.adjust("60 millis")
      assert.isFalse(yield* Fiber.join(late))
    }),
  )

  it.effect("does not wait for a deadline that has passed", () =>
    Effect.gen(function* () {
      assert.isFalse(yield* awaitWithin(yield* Deferred.make<number>(), -1))
    }),
  )

  for (const { lateness, sleeps } of [
    { lateness: 9, sleeps: [60] },
    { lateness: 10, sleeps: [60, 10] },
    { lateness: 5000, sleeps: [60, 10] },
  ]) {
    it.effect(`sleeps ${sleeps.join(" and ")} ms when its timer is ${lateness} ms late`, () =>
      Effect.gen(function* () {
        const { clock, slept } = makeStallingClock([lateness])
        assert.isFalse(yield* Effect.withClock(awaitWithin(yield* Deferred.make<number>(), 60), clock))
        assert.deepStrictEqual(slept, sleeps)
      }),
    )
  }

  it.effect("takes a result that comes in the time that is added after a stall", () =>
    Effect.gen(function* () {
      const result = yield* Deferred.make<number>()
      const { clock, slept } = makeStallingClock([200])
      const { sleep } = clock
      Object.assign(clock, {
        sleep: (duration: Duration.Duration) =>
          Effect.zipRight(slept.length === 1 ? Deferred.succeed(result, 1) : Effect.void, sleep(duration)),
      })
      assert.isTrue(yield* Effect.withClock(awaitWithin(result, 60), clock))
    }),
  )
})
