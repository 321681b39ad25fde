import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/TestClock"
import { retryKilled } from "../../../src/layers/session/retryKilled.ts"
import { UserManagerError } from "../../../src/layers/systemd/UserManager.ts"

/** An order that fails so often with this reason before it succeeds, and how often it was given. */
const order = (failures: number, reason: UserManagerError["reason"]) => {
  let given = 0
  return {
    given: () => given,
    run: Effect.suspend(() => {
      given += 1
      return given > failures
        ? Effect.void
        : Effect.fail(new UserManagerError({ reason, command: "", message: "", cause: undefined }))
    }),
  }
}

describe("retryKilled", () => {
  it.effect("repeats an order while its program is killed", () =>
    Effect.gen(function* () {
      const killed = order(3, "Killed")
      const fiber = yield* Effect.fork(retryKilled(killed.run))
      yield* TestClock.adjust("60 millis")
      assert.isTrue(Exit.isSuccess(yield* Fiber.await(fiber)))
      assert.strictEqual(killed.given(), 4)
    }),
  )

  it.effect("gives up after ten seconds", () =>
    Effect.gen(function* () {
      const killed = order(Number.POSITIVE_INFINITY, "Killed")
      const fiber = yield* Effect.fork(Effect.flip(retryKilled(killed.run)))
      yield* TestClock.adjust("11 seconds")
      assert.strictEqual((yield* Fiber.join(fiber)).reason, "Killed")
    }),
  )

  it.effect("does not repeat an order that was refused", () =>
    Effect.gen(function* () {
      const refused = order(1, "Failed")
      assert.strictEqual((yield* Effect.flip(retryKilled(refused.run))).reason, "Failed")
      assert.strictEqual(refused.given(), 1)
    }),
  )
})
