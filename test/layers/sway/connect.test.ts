import { assert, describe, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/TestClock"
import { patientDeadline, SocketDiscovery } from "../../../src/layers/sockets/SocketDiscovery.ts"
import * as SocketProbe from "../../../src/layers/sockets/SocketProbe.ts"
import { connect } from "../../../src/layers/sway/connect.ts"
import * as KernelSockets from "../../../src/layers/system/KernelSockets.ts"
import * as UnixSocket from "../../../src/layers/system/UnixSocket.ts"
import { startEmbedded } from "../../support/embeddedClient.ts"
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

  it.scoped("goes on with the connection on which discovery has had its reply, and has no other", () =>
    Effect.gen(function* () {
      const { accepted, connections, requests, socketPath } = yield* startEmbedded()
      const socket = Context.get(yield* Layer.build(UnixSocket.layer), UnixSocket.UnixSocket)
      const identity = "1:1"
      const layers = SocketProbe.layer.pipe(Layer.provide([UnixSocket.layer, KernelSockets.layer]))
      const probe = Context.get(yield* Layer.build(layers), SocketProbe.SocketProbe)
      const discovery = Layer.mock(SocketDiscovery, {
        find: ({ deadline, keeper }) =>
          probe.prove({ path: socketPath, identity }, deadline, keeper).pipe(
            Effect.map(proof => ({ path: socketPath, identity, pid: null, proof })),
            Effect.orDie,
          ),
        changes: Stream.never,
      })
      const service = Context.get(yield* Layer.build(discovery), SocketDiscovery)
      const { client } = yield* connect(service, socket, undefined)
      yield* client.send("get_version", "", patientDeadline)
      assert.deepStrictEqual([yield* accepted, yield* connections, (yield* requests).get_version], [1, 1, 2])
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
