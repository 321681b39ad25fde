/** A feed as a stream. */
import { assert, describe, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import { WorkerDied } from "../../../src/layers/system/Workers.ts"
import { type Feed, type Next, streamOf } from "../../../src/library/sway/Feed.ts"
import { untilSuspended } from "../../support/waiting.ts"

const item = (value: number): Next<number> => ({ _tag: "Item", item: value })

/** A feed that a test fills, and whether it is open. */
const makeFeed = (waiting: Array<Next<number>> = []) => {
  let wake: (() => void) | undefined
  let opened = 0
  const feed: Feed<number> = {
    next: () => waiting.shift(),
    whenReady: then => {
      if (waiting.length > 0) then()
      else wake = then
    },
  }
  const change = (by: number) =>
    Effect.sync(() => {
      opened += by
    })
  return {
    open: Effect.acquireRelease(Effect.as(change(1), feed), () => change(-1)),
    put: (...items: ReadonlyArray<Next<number>>) => {
      waiting.push(...items)
      wake?.()
    },
    waiting: () => waiting.length,
    opened: () => opened,
  }
}

const collected = (stream: Stream.Stream<number>) => Effect.map(Stream.runCollect(stream), items => [...items])

describe("streamOf", () => {
  it.effect("gives what waits, what comes, and what an effect makes, in their order", () =>
    Effect.gen(function* () {
      const later: Next<number> = { _tag: "Later", items: Effect.succeed([2, 3]) }
      const nothing: Next<number> = { _tag: "Later", items: Effect.succeed([]) }
      const { open, put } = makeFeed([item(1), later, nothing, item(4)])
      const reading = yield* Effect.fork(collected(Stream.take(streamOf(open, Effect.never), 6)))
      yield* untilSuspended(reading)
      put(item(5), item(6))
      assert.deepStrictEqual(yield* Fiber.join(reading), [1, 2, 3, 4, 5, 6])
    }),
  )

  it.effect("takes sixteen at once, so that the feed knows how slow its reader is", () =>
    Effect.gen(function* () {
      const feed = makeFeed(Array.from({ length: 40 }, (_, index) => item(index)))
      const gate = yield* Deferred.make<void>()
      const reading = yield* Effect.fork(
        Stream.runForEach(streamOf(feed.open, Effect.never), () => Deferred.await(gate)),
      )
      yield* untilSuspended(reading)
      assert.strictEqual(feed.waiting(), 24)
      yield* Fiber.interrupt(reading)
    }),
  )

  it.effect("closes the feed at its end, and when it is interrupted", () =>
    Effect.gen(function* () {
      const feed = makeFeed([item(1)])
      const stream = streamOf(feed.open, Effect.never)
      assert.deepStrictEqual(yield* collected(Stream.take(stream, 1)), [1])
      assert.strictEqual(feed.opened(), 0)
      const reading = yield* Effect.fork(Stream.runDrain(stream))
      yield* untilSuspended(reading)
      assert.strictEqual(feed.opened(), 1)
      yield* Fiber.interrupt(reading)
      assert.strictEqual(feed.opened(), 0)
    }),
  )

  it.effect("dies with a part of the runtime, also while nothing comes", () =>
    Effect.gen(function* () {
      const feed = makeFeed()
      const death = yield* Deferred.make<never, WorkerDied>()
      const reading = yield* Effect.fork(Stream.runDrain(streamOf(feed.open, Deferred.await(death))))
      yield* untilSuspended(reading)
      const died = new WorkerDied({ worker: "w", message: "the w died", cause: Cause.empty })
      yield* Deferred.fail(death, died)
      const exit = yield* Fiber.await(reading)
      assert.strictEqual(Exit.isFailure(exit) && Cause.squash(exit.cause), died)
      assert.strictEqual(feed.opened(), 0)
    }),
  )
})
