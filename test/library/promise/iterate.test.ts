/** How an iteration ends when a part of the runtime does. */
import { getEventListeners } from "node:events"
import * as Effect from "effect/Effect"
import * as ManagedRuntime from "effect/ManagedRuntime"
import { assert, it } from "vitest"
import * as Workers from "../../../src/layers/system/Workers.ts"
import { iterate } from "../../../src/library/promise/iterate.ts"
import { Running } from "../../../src/library/promise/Running.ts"
import type { Feed, Next } from "../../../src/library/sway/Feed.ts"

const feedOf = (...waiting: Array<Next<number>>): Feed<number> => ({
  next: () => waiting.shift(),
  whenReady: wake => {
    if (waiting.length > 0) wake()
  },
})

/** A worker that ends at once is dead. */
const oneDies = Effect.flatMap(Workers.Workers, ({ death, start }) =>
  Effect.zipRight(start("worker", Effect.void), Effect.ignore(death)),
).pipe(Effect.scoped)

it("a part that has died is an error of the iteration, after what waits already", async () => {
  const running = new Running(ManagedRuntime.make(Workers.layer))
  const made: Next<number> = { _tag: "Later", items: Effect.succeed([2, 3]) }
  const numbers = iterate(running, Effect.succeed(feedOf({ _tag: "Item", item: 1 }, made)), undefined)
  const read: Array<unknown> = []
  for (let count = 0; count < 3; count += 1) read.push((await numbers.next()).value)
  assert.deepStrictEqual(read, [1, 2, 3])
  const waiting = numbers.next()
  await running.promise(oneDies)
  const error = await waiting.then(
    () => assert.fail("it should have been rejected"),
    (cause: unknown) => cause,
  )
  assert.include(String(error), "the worker died")
  await running.close()
})

it("an iteration that is begun after close is at its end", async () => {
  const running = new Running(ManagedRuntime.make(Workers.layer))
  await running.close()
  const numbers = iterate(running, Effect.succeed(feedOf({ _tag: "Item", item: 1 })), undefined)
  assert.deepStrictEqual(await numbers.next(), { done: true, value: undefined })
})

it("an iteration that ends with the connection leaves no listener on its signal", async () => {
  const { signal } = new AbortController()
  const running = new Running(ManagedRuntime.make(Workers.layer))
  const numbers = iterate(running, Effect.succeed(feedOf()), signal)
  const waiting = numbers.next()
  assert.lengthOf(getEventListeners(signal, "abort"), 1)
  await running.close()
  assert.deepStrictEqual(await waiting, { done: true, value: undefined })
  assert.isEmpty(getEventListeners(signal, "abort"))
})
