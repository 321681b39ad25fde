import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import * as SubscriptionRef from "effect/SubscriptionRef"
import * as TestClock from "effect/TestClock"
import { makeFirstAttempt } from "../../../src/layers/health/firstAttempt.ts"
import { ConnectionState, NOT_YET } from "../../../src/layers/sway/ConnectionState.ts"

const before = ConnectionState.Disconnected({ lastError: NOT_YET, path: null, reconnections: 0 })
const after = ConnectionState.Disconnected({ lastError: "there is no socket", path: null, reconnections: 0 })

describe("the wait for the first attempt", () => {
  it.scoped("ends when the attempt has failed, and is not repeated", () =>
    Effect.gen(function* () {
      const state = yield* SubscriptionRef.make<ConnectionState>(before)
      let subscriptions = 0
      const states = Stream.suspend(() => {
        subscriptions += 1
        return state.changes
      })
      const firstAttempt = makeFirstAttempt(states)
      const waiting = yield* Effect.fork(firstAttempt)
      yield* TestClock.adjust("79 millis")
      assert.strictEqual((yield* Fiber.poll(waiting))._tag, "None")
      yield* SubscriptionRef.set(state, after)
      yield* Fiber.join(waiting)
      yield* firstAttempt
      assert.strictEqual(subscriptions, 1)
    }),
  )

  it.scoped("ends at the deadline, and the next call waits again", () =>
    Effect.gen(function* () {
      const firstAttempt = makeFirstAttempt(Stream.concat(Stream.make(before), Stream.never))
      for (const _ of [1, 2]) {
        const waiting = yield* Effect.fork(firstAttempt)
        yield* TestClock.adjust("79 millis")
        assert.strictEqual((yield* Fiber.poll(waiting))._tag, "None")
        yield* TestClock.adjust("1 millis")
        yield* Fiber.join(waiting)
      }
    }),
  )
})
