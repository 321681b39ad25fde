import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/TestClock"
import { makeProgress } from "../../../src/layers/sway/progress.ts"

describe("progress", () => {
  it.effect("is idle since the start, then since the last mark", () =>
    Effect.gen(function* () {
      yield* TestClock.adjust("1 hour")
      const { idleFor, mark } = yield* makeProgress
      yield* TestClock.adjust("7 seconds")
      assert.strictEqual(yield* idleFor, 7000)
      yield* mark
      yield* TestClock.adjust("20 millis")
      assert.strictEqual(yield* idleFor, 20)
    }),
  )
})
