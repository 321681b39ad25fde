import { assert, describe, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/TestClock"
import { Fault } from "../../../src/layers/embedded/Fault.ts"
import * as SocketProbe from "../../../src/layers/sockets/SocketProbe.ts"
import * as KernelSockets from "../../../src/layers/system/KernelSockets.ts"
import * as UnixSocket from "../../../src/layers/system/UnixSocket.ts"
import { connectBytes, startEmbedded } from "../../support/embeddedClient.ts"
import { forkUntilAsleep, until, untilSuspended } from "../../support/waiting.ts"
import { makeOwnDir, startStoppedListener } from "../support/children.ts"
import { makeFakeSocket, swayVersion } from "../support/fakeWire.ts"

const deadline = Duration.millis(100)

const real = SocketProbe.layer.pipe(Layer.provide([UnixSocket.layer, KernelSockets.layer]))

const makeProbe = Effect.map(Layer.build(real), Context.get(SocketProbe.SocketProbe))

/** A probe on a fake wire, and a kernel that knows nothing. */
const makeFakeProbe = Effect.gen(function* () {
  const fake = makeFakeSocket()
  const kernel = Layer.mock(KernelSockets.KernelSockets, {
    untilNoneWaits: () => Effect.void,
  })
  const services = yield* Layer.build(SocketProbe.layer.pipe(Layer.provide([fake.layer, kernel])))
  return { fake, probe: Context.get(services, SocketProbe.SocketProbe) }
})

const waitingAt = (path: string) =>
  Effect.flatMap(KernelSockets.KernelSockets, kernel => kernel.at(path)).pipe(
    Effect.map(({ waiting }) => waiting),
    Effect.provide(KernelSockets.layer),
  )

const target = (path: string, identity = "1:1") => ({ path, identity })

const isDone = <A, E>(fiber: Fiber.RuntimeFiber<A, E>) => Effect.map(Fiber.poll(fiber), exit => exit._tag === "Some")

describe("a compositor that answers", () => {
  it.scoped("is proven by its version, and the connection is closed", () =>
    Effect.gen(function* () {
      const probe = yield* makeProbe
      const { socketPath, connections, requests } = yield* startEmbedded()
      const proof = yield* probe.prove(target(socketPath), deadline)
      assert.deepInclude(proof.version, { variant: "sway", major: 1, minor: 7 })
      assert.isAtLeast(proof.latencyMs, 0)
      assert.strictEqual(proof.at, 0)
      yield* until(connections, open => open === 0)
      assert.strictEqual((yield* requests).get_version, 1)
    }),
  )

  it.scoped("gets one probe from all callers at the same time, and another one from the next", () =>
    Effect.gen(function* () {
      const probe = yield* makeProbe
      const { socketPath, accepted } = yield* startEmbedded()
      const ask = probe.prove(target(socketPath), deadline)
      const proofs = yield* Effect.all(
        Array.from({ length: 50 }, () => ask),
        { concurrency: "unbounded" },
      )
      assert.strictEqual(new Set(proofs).size, 1)
      assert.strictEqual(yield* accepted, 1)
      yield* ask
      assert.strictEqual(yield* accepted, 2)
    }),
  )

  it.scoped("is asked anew when the file at its path is another one", () =>
    Effect.gen(function* () {
      const probe = yield* makeProbe
      const { socketPath, accepted } = yield* startEmbedded()
      yield* Effect.all(
        [probe.prove(target(socketPath, "1:1"), deadline), probe.prove(target(socketPath, "1:2"), deadline)],
        {
          concurrency: "unbounded",
        },
      )
      assert.strictEqual(yield* accepted, 2)
    }),
  )

  it.scoped("has its round trip measured", () =>
    Effect.gen(function* () {
      const { fake, probe } = yield* makeFakeProbe
      yield* TestClock.adjust("1 minute")
      const asking = yield* forkUntilAsleep(probe.prove(target("/fake"), deadline))
      yield* TestClock.adjust("25 millis")
      fake.last().reply("get_version", swayVersion)
      const { latencyMs, at } = yield* Fiber.join(asking)
      assert.deepStrictEqual({ latencyMs, at }, { latencyMs: 25, at: 60_025 })
      assert.isFalse(fake.last().isOpen)
    }),
  )
})

describe("a compositor that hangs", () => {
  it.scoped("is Silent at the deadline, and the next calls join its probe", () =>
    Effect.gen(function* () {
      const probe = yield* makeProbe
      const { socketPath, accepted, inject } = yield* startEmbedded({ faults: [Fault.Hang()] })
      const ask = Effect.flip(probe.prove(target(socketPath), deadline))
      const first = yield* Effect.fork(ask)
      yield* until(accepted, count => count === 1)
      yield* TestClock.adjust("99 millis")
      assert.isFalse(yield* isDone(first))
      const joined = yield* forkUntilAsleep(ask)
      yield* TestClock.adjust("1 millis")
      for (const fiber of [first, joined]) {
        const error = yield* Fiber.join(fiber)
        assert.deepInclude(error, { _tag: "ProbeError", reason: "Silent", path: socketPath })
        assert.include(error.message, "100ms")
      }
      // Overdue already: whoever comes now is told so at once.
      assert.deepInclude(yield* ask, { reason: "Silent" })
      // One that comes later gets its answer: nobody else has connected before it.
      const later = yield* connectBytes(socketPath)
      yield* later.ask("get_version")
      yield* inject(Fault.Normal())
      yield* until(Effect.sync(later.received), bytes => bytes.length > 0)
      assert.strictEqual(yield* accepted, 2)
    }),
  )

  it.scoped("is worth asking again once it has answered late", () =>
    Effect.gen(function* () {
      const probe = yield* makeProbe
      const { socketPath, accepted, inject } = yield* startEmbedded({ faults: [Fault.Hang()] })
      const late = yield* Effect.fork(Stream.runHead(probe.late))
      const asking = yield* Effect.fork(Effect.flip(probe.prove(target(socketPath), deadline)))
      yield* until(accepted, count => count === 1)
      yield* TestClock.adjust(deadline)
      yield* Fiber.join(asking)
      assert.isFalse(yield* isDone(late))
      yield* inject(Fault.Resume())
      yield* Fiber.join(late)
      yield* probe.prove(target(socketPath), deadline)
      assert.strictEqual(yield* accepted, 2)
    }),
  )

  it.scoped("answers those who joined in time", () =>
    Effect.gen(function* () {
      const probe = yield* makeProbe
      const { socketPath, accepted, inject } = yield* startEmbedded({ faults: [Fault.Hang()] })
      const first = yield* Effect.fork(probe.prove(target(socketPath), deadline))
      yield* until(accepted, count => count === 1)
      const second = yield* forkUntilAsleep(probe.prove(target(socketPath), deadline))
      yield* inject(Fault.Resume())
      assert.strictEqual(yield* Fiber.join(first), yield* Fiber.join(second))
      assert.strictEqual(yield* accepted, 1)
    }),
  )

  it.scoped("keeps its probe when the caller is interrupted", () =>
    Effect.gen(function* () {
      const probe = yield* makeProbe
      const { socketPath, accepted, inject } = yield* startEmbedded({ faults: [Fault.Hang()] })
      const first = yield* Effect.fork(probe.prove(target(socketPath), deadline))
      yield* until(accepted, count => count === 1)
      yield* Fiber.interrupt(first)
      const second = yield* forkUntilAsleep(probe.prove(target(socketPath), deadline))
      yield* inject(Fault.Resume())
      yield* Fiber.join(second)
      assert.strictEqual(yield* accepted, 1)
    }),
  )

  it.scoped("is disconnected when the scope closes", () =>
    Effect.gen(function* () {
      const scope = yield* Scope.make()
      const probe = yield* Effect.provideService(makeProbe, Scope.Scope, scope)
      const { socketPath, connections, inject } = yield* startEmbedded({ faults: [Fault.Hang()] })
      yield* Effect.fork(probe.prove(target(socketPath), deadline))
      yield* until(connections, open => open === 1)
      yield* Scope.close(scope, Exit.void)
      yield* inject(Fault.Resume())
      assert.strictEqual(yield* until(connections, open => open === 0), 0)
    }),
  )
})

describe("a compositor that is stopped", () => {
  it.scopedLive("has at most one probe in its backlog, however often it is probed", () =>
    Effect.gen(function* () {
      const path = `${yield* makeOwnDir}/s.sock`
      yield* startStoppedListener(path)
      const probe = yield* makeProbe
      for (let round = 0; round < 10; round += 1) {
        const asking = Array.from({ length: 10 }, () => Effect.flip(probe.prove(target(path), Duration.millis(20))))
        const errors = yield* Effect.all(asking, { concurrency: "unbounded" })
        assert.deepStrictEqual(
          errors.filter(({ reason }) => reason !== "Silent"),
          [],
        )
        assert.strictEqual(yield* waitingAt(path), 1)
      }
    }),
  )

  it.scopedLive("is Full when a connection waits, and gets no other one", () =>
    Effect.gen(function* () {
      const path = `${yield* makeOwnDir}/s.sock`
      yield* startStoppedListener(path)
      yield* connectBytes(path)
      const probe = yield* makeProbe
      const error = yield* Effect.flip(probe.prove(target(path), Duration.millis(30)))
      assert.deepInclude(error, { reason: "Full", path })
      assert.strictEqual(yield* waitingAt(path), 1)
    }),
  )

  it.scopedLive("is probed as soon as its backlog is empty", () =>
    Effect.gen(function* () {
      const path = `${yield* makeOwnDir}/s.sock`
      const { signal } = yield* startStoppedListener(path)
      yield* connectBytes(path)
      const probe = yield* makeProbe
      const asking = yield* Effect.fork(Effect.flip(probe.prove(target(path), Duration.seconds(2))))
      yield* untilSuspended(asking)
      yield* signal("SIGCONT")
      // The listener accepts and never answers: Silent, not Full.
      assert.deepInclude(yield* Fiber.join(asking), { reason: "Silent" })
    }),
  )
})

describe("what is no compositor", () => {
  it.scoped("InvalidReply, when it answers something else or leaves without an answer", () =>
    Effect.gen(function* () {
      const probe = yield* makeProbe
      const { socketPath, inject, connections } = yield* startEmbedded()
      for (const fault of [Fault.Garbage(), Fault.Truncate()]) {
        yield* inject(fault)
        const error = yield* Effect.flip(probe.prove(target(socketPath), deadline))
        assert.deepInclude(error, { reason: "InvalidReply", path: socketPath })
      }
      yield* until(connections, open => open === 0)
    }),
  )

  for (const reply of [{ success: true }, [], "sway", { human_readable: 1.7, major: 1, minor: 7, patch: 0 }]) {
    it.scoped(`InvalidReply, when the reply is ${JSON.stringify(reply)}`, () =>
      Effect.gen(function* () {
        const { fake, probe } = yield* makeFakeProbe
        fake.onRequest(wire => wire.reply("get_version", reply))
        const error = yield* Effect.flip(probe.prove(target("/fake"), deadline))
        assert.deepInclude(error, { reason: "InvalidReply", path: "/fake" })
      }),
    )
  }

  it.scoped("Missing, Refused and Unknown, as the wire says", () =>
    Effect.gen(function* () {
      const { fake, probe } = yield* makeFakeProbe
      const reasons = ["NotFound", "Refused", "QueueFull", "Denied", "TooManyFiles", "PathTooLong", "Other"] as const
      const found = yield* Effect.forEach(reasons, reason => {
        fake.refuseWith(new UnixSocket.ConnectError({ reason, path: "/fake", message: reason, cause: undefined }))
        return Effect.map(Effect.flip(probe.prove(target("/fake"), deadline)), error => error.reason)
      })
      assert.deepStrictEqual(found, ["Missing", "Refused", "Full", "Unknown", "Unknown", "Unknown", "Unknown"])
    }),
  )
})
