import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Queue from "effect/Queue"
import * as TestClock from "effect/TestClock"
import type { Askable } from "../../../src/layers/sockets/asker.ts"
import { bestLive, decide } from "../../../src/layers/sockets/bestLive.ts"

const answers = (key: string): Askable<string> => ({ key, isHalted: false, ask: Effect.succeed(key) })
const silent = (key: string): Askable<string> => ({
  key,
  isHalted: false,
  ask: Effect.as(Effect.sleep(Duration.seconds(1)), `${key}: silent`),
})
const blocked = (key: string): Askable<string> => ({ key, isHalted: false, ask: undefined })

/** A search among candidates that can be replaced while it goes on. */
const search = Effect.gen(function* () {
  const changed = yield* Queue.unbounded<void>()
  let candidates: ReadonlyArray<Askable<string>> = []
  const replace = (now: ReadonlyArray<Askable<string>>) =>
    Effect.suspend(() => {
      candidates = now
      return Queue.offer(changed, undefined)
    })
  const begin = (first: ReadonlyArray<Askable<string>>) => {
    candidates = first
    return bestLive({
      look: Effect.sync(() => candidates),
      accept: answer => (answer.endsWith("silent") ? undefined : answer),
      changes: Queue.take(changed),
      limit: Duration.seconds(1),
    }).pipe(Effect.scoped, Effect.fork)
  }
  return { begin, replace }
})

const crowd = Array.from({ length: 500 }, (_, number) => silent(`${number}`))

describe("the best live candidate", () => {
  it.effect("is a new one that answers, at once, while 500 are silent", () =>
    Effect.gen(function* () {
      const { begin, replace } = yield* search
      const searching = yield* begin(crowd)
      yield* TestClock.adjust(Duration.millis(150))
      yield* replace([answers("new"), ...crowd])
      // The first of those that were asked have had their turn by then; the new one is the next.
      yield* TestClock.adjust(Duration.millis(60))
      assert.deepStrictEqual(yield* Fiber.join(searching), { best: "new" })
    }),
  )

  it.effect("is one that is blocked at first, as soon as it accepts", () =>
    Effect.gen(function* () {
      const { begin, replace } = yield* search
      const searching = yield* begin([blocked("busy")])
      yield* TestClock.adjust(Duration.millis(300))
      assert.isNull(searching.unsafePoll())
      yield* replace([answers("busy")])
      yield* TestClock.adjust(Duration.millis(0))
      yield* TestClock.adjust(Duration.millis(400))
      assert.deepStrictEqual(yield* Fiber.join(searching), { best: "busy" })
    }),
  )

  it.effect("is one that is blocked at first beside one that has given a bad answer", () =>
    Effect.gen(function* () {
      const { begin, replace } = yield* search
      const searching = yield* begin([blocked("busy"), answers("silent")])
      yield* TestClock.adjust(Duration.millis(10))
      assert.isNull(searching.unsafePoll())
      yield* replace([answers("busy")])
      yield* TestClock.adjust(Duration.millis(0))
      yield* TestClock.adjust(Duration.millis(400))
      assert.deepStrictEqual(yield* Fiber.join(searching), { best: "busy" })
    }),
  )

  it.effect("is not waited for after a defect in a question", () =>
    Effect.gen(function* () {
      const { begin } = yield* search
      const searching = yield* begin([{ ...answers("broken"), ask: Effect.die("a defect") }])
      assert.strictEqual((yield* Fiber.await(searching))._tag, "Failure")
    }),
  )

  it.effect("is none when all are blocked until the last look", () =>
    Effect.gen(function* () {
      const { begin } = yield* search
      const searching = yield* begin([blocked("one"), blocked("other"), silent("third")])
      yield* TestClock.adjust(Duration.seconds(1))
      assert.deepStrictEqual(yield* Fiber.join(searching), { best: undefined, answers: ["third: silent"] })
    }),
  )
})

describe("the decision", () => {
  const accept = (answer: string) => (answer === "good" ? answer : undefined)
  const [first, second] = [silent("first"), silent("second")]

  it("is open while a better candidate may still answer", () => {
    assert.isUndefined(decide([first, second], new Map([["second", "good"]]), accept))
  })

  it("is made when the better ones have given bad answers, or are known not to answer", () => {
    const bad = new Map([
      ["first", "bad"],
      ["second", "good"],
    ])
    assert.strictEqual(decide([first, second], bad, accept), "good")
    assert.strictEqual(decide([{ ...first, isHalted: true }, second], new Map([["second", "good"]]), accept), "good")
  })

  it("is for nobody when all answers are bad", () => {
    assert.isUndefined(decide([first], new Map([["first", "bad"]]), accept))
  })
})
