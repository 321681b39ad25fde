import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { yieldToEventLoop } from "../../../src/layers/system/eventLoop.ts"
import { makePacedReadings } from "../../../src/layers/system/pacedReadings.ts"

/** Readings of 5 ms each, by a clock of the test's own; each says its number for every key. */
const makeDesk = () => {
  const read: Array<ReadonlyArray<string>> = []
  const timers = new Map<() => void, number>()
  let time = 0
  const ask = makePacedReadings(
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
  /** Lets everybody ask, then time pass. */
  const pass = (milliseconds: number) =>
    Effect.gen(function* () {
      const end = time + milliseconds
      yield* yieldToEventLoop
      for (;;) {
        const [next] = [...timers].sort(([, a], [, b]) => a - b)
        if (next === undefined || next[1] > end) break
        const [call, at] = next
        timers.delete(call)
        time = Math.max(time, at)
        call()
        yield* yieldToEventLoop
      }
      time = Math.max(time, end)
    })
  return { ask, read, pass, planned: timers }
}

describe("paced readings", () => {
  it.effect("serve all who ask at once with one reading", () =>
    Effect.gen(function* () {
      const { ask, read, pass } = makeDesk()
      const keys = Array.from({ length: 500 }, (_, number) => `key ${number}`)
      const asking = yield* Effect.fork(
        Effect.forEach([...keys, ...keys], key => ask(key, "now"), { concurrency: "unbounded" }),
      )
      yield* pass(0)
      assert.deepStrictEqual([...new Set(yield* Fiber.join(asking))], [1])
      assert.deepStrictEqual(read, [keys])
    }),
  )

  it.effect("take less than a twentieth of the time from who asks again and again", () =>
    Effect.gen(function* () {
      const { ask, read, pass } = makeDesk()
      const asking = yield* Effect.fork(
        Effect.forEach(["a", "b", "c", "d"], key => Effect.forever(ask(key, "seldom")), { concurrency: "unbounded" }),
      )
      yield* pass(10_000)
      yield* Fiber.interrupt(asking)
      assert.isAtLeast(read.length, 40)
      assert.isAtMost(read.length * 5, 500)
    }),
  )

  it.effect("do not let who asks now wait, and serve those who wait by the way", () =>
    Effect.gen(function* () {
      const { ask, read, pass } = makeDesk()
      const first = yield* Effect.fork(ask("patient", "now"))
      yield* pass(0)
      yield* Fiber.join(first)
      const patient = yield* Effect.fork(ask("patient", "seldom"))
      yield* pass(1)
      const urgent = yield* Effect.fork(ask("urgent", "now"))
      yield* pass(0)
      assert.strictEqual(yield* Fiber.join(urgent), 2)
      assert.strictEqual(yield* Fiber.join(patient), 2)
      assert.deepStrictEqual(read, [["patient"], ["patient", "urgent"]])
    }),
  )

  it.effect("go on for who waits for another value, at first soon, and do not wake it before", () =>
    Effect.gen(function* () {
      const { ask, read, pass } = makeDesk()
      let looks = 0
      const isFive = (value: number | undefined) => {
        looks += 1
        return value === 5
      }
      const asking = yield* Effect.fork(ask("key", "now", isFive))
      yield* pass(0)
      yield* pass(205)
      // A reading of 5 ms, and a rest of 200.
      assert.strictEqual(read.length, 2)
      yield* pass(10_000)
      assert.deepStrictEqual([yield* Fiber.join(asking), looks, read.length], [5, 5, 5])
    }),
  )

  it.effect("do not read for who has left", () =>
    Effect.gen(function* () {
      const { ask, read, pass, planned } = makeDesk()
      const leaver = yield* Effect.fork(ask("leaver", "now"))
      const stayer = yield* Effect.fork(ask("stayer", "now"))
      yield* yieldToEventLoop
      yield* Fiber.interrupt(leaver)
      yield* pass(0)
      assert.strictEqual(yield* Fiber.join(stayer), 1)
      assert.deepStrictEqual(read, [["stayer"]])
      const alone = yield* Effect.fork(ask("alone", "seldom"))
      yield* yieldToEventLoop
      yield* Fiber.interrupt(alone)
      assert.strictEqual(planned.size, 0)
    }),
  )
})
