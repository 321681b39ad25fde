import { assert, describe, it } from "@effect/vitest"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/TestClock"
import { type Askable, makeAsker } from "../../../src/layers/sockets/asker.ts"

/** An asker, the keys in the order in which they were asked, and how often an answer was reported. */
const makeSetup = () => {
  const asked: Array<string> = []
  const reports = { count: 0 }
  const asker = makeAsker<string>(
    Effect.sync(() => {
      reports.count += 1
    }),
    Effect.forkScoped,
  )
  const candidate = (key: string, delay: Duration.DurationInput): Askable<string> => ({
    key,
    isHalted: false,
    ask: Effect.suspend(() => {
      asked.push(key)
      return Effect.as(Effect.sleep(delay), `answer of ${key}`)
    }),
  })
  return { asked, asker, candidate, reports }
}

describe("the asker", () => {
  it.scoped("asks each key once, and reports its answer", () =>
    Effect.gen(function* () {
      const { asked, asker, candidate, reports } = makeSetup()
      const one = candidate("one", "10 millis")
      yield* asker.ask([one, one, { key: "blocked", isHalted: false, ask: undefined }])
      yield* asker.ask([one])
      assert.isTrue(asker.answers.has("one"))
      assert.isUndefined(asker.answers.get("one"))
      yield* TestClock.adjust("10 millis")
      assert.deepStrictEqual(asked, ["one"])
      assert.deepStrictEqual([...asker.answers], [["one", "answer of one"]])
      assert.strictEqual(reports.count, 1)
    }),
  )

  it.scoped("asks 64 at the same time, and the best of the others when one has been silent for 100 ms", () =>
    Effect.gen(function* () {
      const { asked, asker, candidate } = makeSetup()
      const silent = Array.from({ length: 66 }, (_, number) => candidate(`${number}`, "1 hour"))
      yield* asker.ask(silent)
      yield* TestClock.adjust("99 millis")
      assert.strictEqual(asked.length, 64)
      yield* asker.ask([candidate("new", "1 hour"), ...silent])
      yield* TestClock.adjust("1 millis")
      assert.deepStrictEqual(asked.slice(64), ["new", "64", "65"])
    }),
  )

  it.scoped("makes room once for a candidate that has answered, and not again when its turn would be over", () =>
    Effect.gen(function* () {
      const { asked, asker, candidate } = makeSetup()
      const silent = Array.from({ length: 200 }, (_, number) => candidate(`${number}`, "1 hour"))
      yield* asker.ask([candidate("quick", "10 millis"), ...silent])
      yield* TestClock.adjust(0)
      assert.strictEqual(asked.length, 64)
      yield* TestClock.adjust("10 millis")
      assert.strictEqual(asked.length, 65)
      yield* TestClock.adjust("90 millis")
      assert.strictEqual(asked.length, 65 + 63)
    }),
  )
})
