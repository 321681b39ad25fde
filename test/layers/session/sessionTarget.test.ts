import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/TestClock"
import { startTarget, stopTarget, targetState } from "../../../src/layers/session/sessionTarget.ts"
import { UserManager, UserManagerError } from "../../../src/layers/systemd/UserManager.ts"

const timeout = new UserManagerError({ reason: "Timeout", command: "", message: "", cause: undefined })

const use = <A, E>(
  mock: Partial<UserManager["Type"]>,
  run: (manager: UserManager["Type"]) => Effect.Effect<A, E>,
): Effect.Effect<A, E> => Effect.provide(Effect.flatMap(UserManager, run), Layer.mock(UserManager, mock))

describe("the session target", () => {
  it.effect("has a state if its unit is loaded, and is an error otherwise", () =>
    Effect.gen(function* () {
      const show = (LoadState: string) => ({ show: () => Effect.succeed([{ LoadState, ActiveState: "active" }]) })
      assert.strictEqual(yield* use(show("loaded"), targetState), "active")
      const error = yield* Effect.flip(use(show("not-found"), targetState))
      assert.deepInclude(error, { _tag: "NoSessionTarget", target: "sway-session.target" })
    }),
  )

  it.effect("is stopped again until systemd reports it down", () =>
    Effect.gen(function* () {
      const states = ["active", "deactivating", "inactive"]
      let stops = 0
      const fiber = yield* Effect.fork(
        use(
          {
            stop: () =>
              Effect.sync(() => {
                stops += 1
              }),
            show: () => Effect.sync(() => [{ ActiveState: states[stops - 1] }]),
          },
          stopTarget,
        ),
      )
      yield* TestClock.adjust("1 second")
      yield* Fiber.join(fiber)
      assert.strictEqual(stops, 3)
    }),
  )

  it.effect("is left to systemd if its jobs take too long", () =>
    Effect.gen(function* () {
      let asked = 0
      const slow = Effect.suspend(() => {
        asked += 1
        return Effect.fail(timeout)
      })
      yield* use({ start: () => slow }, startTarget)
      yield* use({ stop: () => slow }, stopTarget)
      assert.strictEqual(asked, 2)
    }),
  )
})
