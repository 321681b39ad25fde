import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/TestClock"
import { ProbeError, type Proof } from "../../../src/layers/sockets/askVersion.ts"
import { awaitProbe, makeSharedProbes } from "../../../src/layers/sockets/sharedProbes.ts"
import { liveAt } from "../support/fakeDiscovery.ts"

const { proof } = liveAt("/run/a.sock")
const silent = new ProbeError({ reason: "Silent", path: "/run/a.sock", message: "silent" })

/** Probes that end when the test completes `result`. */
const makeSetup = Effect.gen(function* () {
  const result = yield* Deferred.make<Proof, ProbeError>()
  const lateEnd = yield* Deferred.make<void>()
  const asked: Array<string> = []
  const probes = yield* makeSharedProbes(
    path => {
      asked.push(path)
      return Deferred.await(result)
    },
    Deferred.succeed(lateEnd, undefined),
  )
  return { asked, lateEnd, probes, result }
})

describe("shared probes", () => {
  it.scoped("are started once for a socket, until they have ended", () =>
    Effect.gen(function* () {
      const { asked, probes, result } = yield* makeSetup
      const first = yield* probes.startOrJoin("/run/a.sock", "1:1", 0)
      assert.strictEqual(yield* probes.startOrJoin("/run/a.sock", "1:1", 5), first)
      assert.strictEqual(probes.find("1:1"), first)
      assert.notStrictEqual(yield* probes.startOrJoin("/run/a.sock", "1:2", 5), first)
      assert.deepStrictEqual(asked, ["/run/a.sock", "/run/a.sock"])
      yield* Deferred.succeed(result, proof)
      assert.strictEqual(yield* awaitProbe(first, 10, () => silent), proof)
      assert.isUndefined(probes.find("1:1"))
    }),
  )

  it.scoped("go on after a timeout, and report their end", () =>
    Effect.gen(function* () {
      const { lateEnd, probes, result } = yield* makeSetup
      const probe = yield* probes.startOrJoin("/run/a.sock", "1:1", 0)
      const waiting = yield* Effect.fork(Effect.flip(awaitProbe(probe, 10, () => silent)))
      yield* TestClock.adjust("10 millis")
      assert.strictEqual(yield* Fiber.join(waiting), silent)
      assert.strictEqual(probes.find("1:1"), probe)
      yield* Deferred.succeed(result, proof)
      yield* Deferred.await(lateEnd)
      assert.isUndefined(probes.find("1:1"))
    }),
  )

  it.scoped("report nothing when they end in time", () =>
    Effect.gen(function* () {
      const { lateEnd, probes, result } = yield* makeSetup
      const probe = yield* probes.startOrJoin("/run/a.sock", "1:1", 0)
      yield* Deferred.fail(result, silent)
      assert.strictEqual(yield* Effect.flip(awaitProbe(probe, 10, () => silent)), silent)
      assert.isFalse(yield* Deferred.isDone(lateEnd))
    }),
  )
})
