import { assert, describe, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/TestClock"
import { patientDeadline, SocketDiscovery } from "../../../src/layers/sockets/SocketDiscovery.ts"
import { connect } from "../../../src/layers/sway/connect.ts"
import { liveAt, makeFakeDiscovery } from "../support/fakeDiscovery.ts"
import { makeFakeSocket, swayVersion } from "../support/fakeWire.ts"

const PATH = "/run/a.sock"

const makeSetup = Effect.gen(function* () {
  const fake = makeFakeSocket()
  const discovery = yield* makeFakeDiscovery(liveAt(PATH, { ...swayVersion, human_readable: "1.6" }))
  const service = Context.get(yield* Layer.build(discovery.layer), SocketDiscovery)
  return { fake, discovery, attempt: connect(service, fake.socket, "/run/last.sock") }
})

describe("an attempt to connect", () => {
  it.scoped("prefers the last path, and has the proof of the new connection", () =>
    Effect.gen(function* () {
      const { attempt, discovery, fake } = yield* makeSetup
      fake.onRequest((wire, name) => wire.reply(name, swayVersion))
      const { client, live } = yield* attempt
      assert.strictEqual(discovery.searches[0]?.inUse, "/run/last.sock")
      assert.strictEqual(client.path, PATH)
      assert.strictEqual(live.proof.version.human_readable, "1.7")
    }),
  )

  it.scoped("fails when the new connection does not answer", () =>
    Effect.gen(function* () {
      const { attempt, fake } = yield* makeSetup
      const fiber = yield* Effect.fork(Effect.flip(Effect.scoped(attempt)))
      yield* TestClock.adjust(Duration.sum(patientDeadline, Duration.millis(1)))
      assert.deepInclude(yield* fiber, { _tag: "RequestError", reason: "Timeout" })
      assert.isFalse(fake.last().isOpen)
    }),
  )
})
