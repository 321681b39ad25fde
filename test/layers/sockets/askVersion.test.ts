import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/TestClock"
import { askVersion } from "../../../src/layers/sockets/askVersion.ts"
import { swayVersion } from "../support/fakeWire.ts"

/** A source that answers with `reply` after 25 ms. */
const source = (reply: string) => ({
  path: "/run/a.sock",
  send: () => Effect.delay(Effect.succeed(Buffer.from(reply)), Duration.millis(25)),
})

const ask = (reply: string) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.fork(askVersion(source(reply), Duration.infinity))
    yield* TestClock.adjust("25 millis")
    return yield* Fiber.join(fiber)
  })

describe("askVersion", () => {
  it.effect("gives the version, the round trip and the time of the reply", () =>
    Effect.gen(function* () {
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual(yield* ask(JSON.stringify(swayVersion)), { version: swayVersion, latencyMs: 25, at: 1025 })
    }),
  )

  it.effect("fails with InvalidReply for anything else", () =>
    Effect.gen(function* () {
      for (const reply of ["{}", "[]", "HTTP/1.1 400", ""]) {
        const error = yield* Effect.flip(ask(reply))
        assert.deepInclude(error, { _tag: "ProbeError", reason: "InvalidReply", path: "/run/a.sock" })
      }
    }),
  )
})
