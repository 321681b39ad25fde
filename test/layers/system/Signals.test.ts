import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import * as Stream from "effect/Stream"
import { layer, Signals } from "../../../src/layers/system/Signals.ts"
import { nextTurn, until } from "../../support/waiting.ts"

it.scoped("signals that come during a reload ask for one more", () =>
  Effect.gen(function* () {
    const { hangUps } = yield* Signals
    const ended = yield* Queue.unbounded<void>()
    let reloads = 0
    const reload = Effect.suspend(() => {
      reloads += 1
      return Queue.take(ended)
    })
    const before = process.listenerCount("SIGHUP")
    yield* Effect.forkScoped(Stream.runForEach(hangUps, () => reload))
    yield* until(
      Effect.sync(() => process.listenerCount("SIGHUP")),
      count => count > before,
    )
    const reached = (count: number) =>
      until(
        Effect.sync(() => reloads),
        seen => seen === count,
      )
    process.emit("SIGHUP")
    yield* reached(1)
    for (let signal = 0; signal < 1000; signal += 1) process.emit("SIGHUP")
    yield* Queue.offer(ended, undefined)
    yield* reached(2)
    yield* Queue.offer(ended, undefined)
    yield* nextTurn
    assert.strictEqual(reloads, 2)
    process.emit("SIGHUP")
    yield* reached(3)
  }).pipe(Effect.provide(layer)),
)
