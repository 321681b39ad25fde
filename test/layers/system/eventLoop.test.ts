import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import {
  chunkedWithYield,
  flushPendingReads,
  forEachWithYield,
  yieldToEventLoop,
} from "../../../src/layers/system/eventLoop.ts"

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index)

/** Counts turns of the event loop while the effect runs. */
const turnsDuring = <A>(effect: Effect.Effect<A>) =>
  Effect.gen(function* () {
    let turns = 0
    let immediate = setImmediate(function count() {
      turns += 1
      immediate = setImmediate(count)
    })
    const result = yield* effect
    clearImmediate(immediate)
    return { result, turns }
  })

describe("a yield", () => {
  it.effect("is one turn of the event loop, and a flush is two", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* turnsDuring(yieldToEventLoop)).turns, 1)
      assert.strictEqual((yield* turnsDuring(flushPendingReads)).turns, 2)
    }),
  )
})

describe("work in chunks", () => {
  it.effect("keeps the order, and yields between two chunks only", () =>
    Effect.gen(function* () {
      const sizes: Array<number> = []
      const work = chunkedWithYield(numbers(130), chunk =>
        Effect.sync(() => {
          sizes.push(chunk.length)
          return chunk
        }),
      )
      const { result, turns } = yield* turnsDuring(work)
      assert.deepStrictEqual(result, numbers(130))
      assert.deepStrictEqual(sizes, [64, 64, 2])
      assert.strictEqual(turns, 2)
    }),
  )

  it.effect("is forEach in one turn where there is little of it", () =>
    Effect.gen(function* () {
      const { result, turns } = yield* turnsDuring(forEachWithYield(numbers(64), number => Effect.succeed(number * 2)))
      assert.deepStrictEqual(
        result,
        numbers(64).map(number => number * 2),
      )
      assert.strictEqual(turns, 0)
      assert.deepStrictEqual(yield* forEachWithYield([], Effect.succeed), [])
    }),
  )
})
