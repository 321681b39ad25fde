import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { makePacedReadings, type Urgency } from "../../../src/layers/system/pacedReadings.ts"
import { untilSeen } from "../../support/waiting.ts"

/** Readings of 5 ms each, by a clock of the test's own; each says its number for every key. */
const makeDesk = () => {
  const read: Array<ReadonlyArray<string>> = []
  const timers = new Map<() => void, number>()
  let time = 0
  const count = { asked: 0, answers: 0, answered: 0 }
  const readings = makePacedReadings(
    keys => {
      read.push(keys)
      time += 5
      return new Map(keys.map(key => [key, read.length]))
    },
    {
      now: () => time,
      later: (milliseconds, call) => {
        timers.set(call, time + milliseconds)
        return () => timers.delete(call)
      },
    },
  )
  const ask = (key: string, urgency: Urgency, isEnough: (value: number | undefined) => boolean = () => true) =>
    Effect.suspend(() => {
      count.asked += 1
      return readings(key, urgency, value => {
        const enough = isEnough(value)
        if (enough) count.answers += 1
        return enough
      })
    }).pipe(
      Effect.map(value => {
        count.answered += 1
        return value
      }),
    )
  /** Forks what asks, and waits until it has asked so many times. */
  const fork = <A>(asking: Effect.Effect<A>, times = 1) =>
    Effect.suspend(() => {
      const before = count.asked
      return Effect.zipLeft(
        Effect.fork(asking),
        untilSeen(
          () => count.asked - before,
          more => more === times,
        ),
      )
    })
  /** Everybody who has an answer goes on with it, and asks again who does so. */
  const settled = untilSeen(
    () => count.answers - count.answered,
    more => more === 0,
  )
  const pass = (milliseconds: number) =>
    Effect.gen(function* () {
      const end = time + milliseconds
      for (;;) {
        const [next] = [...timers].sort(([, a], [, b]) => a - b)
        if (next === undefined || next[1] > end) break
        const [call, at] = next
        timers.delete(call)
        time = Math.max(time, at)
        call()
        yield* settled
      }
      time = Math.max(time, end)
    })
  return { ask, fork, read, pass, planned: timers }
}

describe("paced readings", () => {
  it.effect("serve all who ask at once with one reading", () =>
    Effect.gen(function* () {
      const { ask, fork, read, pass } = makeDesk()
      const keys = Array.from({ length: 500 }, (_, number) => `key ${number}`)
      const asking = yield* fork(
        Effect.forEach([...keys, ...keys], key => ask(key, "now"), { concurrency: "unbounded" }),
        1000,
      )
      yield* pass(0)
      assert.deepStrictEqual([...new Set(yield* Fiber.join(asking))], [1])
      assert.deepStrictEqual(read, [keys])
    }),
  )

  it.effect("ask for no negative delay, though the clock moves on between two looks at it", () =>
    Effect.gen(function* () {
      let time = 0
      const delays: Array<number> = []
      const ask = makePacedReadings(() => new Map([["key", 1]]), {
        now: () => {
          time += 1
          return time
        },
        later: (milliseconds, call) => {
          delays.push(milliseconds)
          setImmediate(call)
          return () => {}
        },
      })
      yield* ask("key", "now")
      yield* ask("key", "seldom")
      assert.isAbove(delays.length, 0)
      assert.deepStrictEqual(
        delays.filter(delay => delay < 0),
        [],
      )
    }),
  )

  it.effect("take less than a twentieth of the time from who asks again and again", () =>
    Effect.gen(function* () {
      const { ask, fork, read, pass } = makeDesk()
      const asking = yield* fork(
        Effect.forEach(["a", "b", "c", "d"], key => Effect.forever(ask(key, "seldom")), { concurrency: "unbounded" }),
        4,
      )
      yield* pass(10_000)
      yield* Fiber.interrupt(asking)
      assert.isAtLeast(read.length, 40)
      assert.isAtMost(read.length * 5, 500)
    }),
  )

  it.effect("do not let who asks now wait, and serve those who wait by the way", () =>
    Effect.gen(function* () {
      const { ask, fork, read, pass } = makeDesk()
      const first = yield* fork(ask("patient", "now"))
      yield* pass(0)
      yield* Fiber.join(first)
      const patient = yield* fork(ask("patient", "seldom"))
      yield* pass(1)
      const urgent = yield* fork(ask("urgent", "now"))
      yield* pass(0)
      assert.strictEqual(yield* Fiber.join(urgent), 2)
      assert.strictEqual(yield* Fiber.join(patient), 2)
      assert.deepStrictEqual(read, [["patient"], ["patient", "urgent"]])
    }),
  )

  it.effect("go on for who waits for another value, at first soon, and do not wake it before", () =>
    Effect.gen(function* () {
      const { ask, fork, read, pass } = makeDesk()
      let looks = 0
      const isNine = (value: number | undefined) => {
        looks += 1
        return value === 9
      }
      const asking = yield* fork(ask("key", "now", isNine))
      yield* pass(0)
      // A reading of 5 ms and a rest of 40, four times.
      yield* pass(184)
      assert.strictEqual(read.length, 5)
      // From 200 ms on a rest of 200.
      yield* pass(200)
      assert.strictEqual(read.length, 6)
      yield* pass(10_000)
      assert.deepStrictEqual([yield* Fiber.join(asking), looks, read.length], [9, 9, 9])
    }),
  )

  it.effect("do not read for who has left", () =>
    Effect.gen(function* () {
      const { ask, fork, read, pass, planned } = makeDesk()
      const leaver = yield* fork(ask("leaver", "now"))
      const stayer = yield* fork(ask("stayer", "now"))
      yield* Fiber.interrupt(leaver)
      yield* pass(0)
      assert.strictEqual(yield* Fiber.join(stayer), 1)
      assert.deepStrictEqual(read, [["stayer"]])
      const alone = yield* fork(ask("alone", "seldom"))
      yield* Fiber.interrupt(alone)
      assert.strictEqual(planned.size, 0)
    }),
  )
})
