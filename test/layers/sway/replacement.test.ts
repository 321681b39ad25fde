import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Queue from "effect/Queue"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/TestClock"
import type { LiveSocket, NoLiveSocket } from "../../../src/layers/sockets/LiveSocket.ts"
import { patientDeadline } from "../../../src/layers/sockets/SocketDiscovery.ts"
import { makeProgress } from "../../../src/layers/sway/progress.ts"
import { untilReplaced } from "../../../src/layers/sway/replacement.ts"
import { liveAt, noneAnswered } from "../support/fakeDiscovery.ts"

const OLD = "/run/old.sock"
const NEW = "/run/new.sock"

/** The check of a connection to {@link OLD}, on facts that the test sets. It notes the requests on the connection. */
const makeSetup = Effect.gen(function* () {
  const facts = { found: liveAt(NEW) as LiveSocket | NoLiveSocket, inPlace: true, silence: 0, wanted: true }
  const wake = yield* Queue.unbounded<void>()
  const progress = yield* makeProgress
  const requests: Array<string> = []
  let searches = 0
  const check = untilReplaced({
    discovery: {
      survey: () => Effect.succeed([]),
      changes: Stream.never,
      find: options => {
        assert.deepStrictEqual(options, { deadline: patientDeadline, inUse: OLD })
        searches += 1
        return "_tag" in facts.found ? Effect.fail(facts.found) : Effect.succeed(facts.found)
      },
      isInPlace: () => Effect.sync(() => facts.inPlace),
      isWanted: () => Effect.sync(() => facts.wanted),
      waitingAt: () => Effect.succeed(0),
    },
    progress,
    wake,
  })
  const fiber = yield* Effect.fork(
    Effect.flip(
      check({
        client: {
          path: OLD,
          closed: Effect.never,
          send: name => {
            requests.push(name)
            return Effect.succeed(Buffer.alloc(0))
          },
          silence: Effect.sync(() => facts.silence),
        },
        live: liveAt(OLD),
      }),
    ),
  )
  yield* TestClock.adjust(0)
  return {
    facts,
    counts: () => ({ requests, searches }),
    idleFor: progress.idleFor,
    isOpen: Effect.map(Fiber.poll(fiber), exit => exit._tag === "None"),
    error: Fiber.join(fiber),
    wake: Queue.offer(wake, undefined),
  }
})

describe("an open connection", () => {
  it.scoped("that answers and whose socket is in place is kept, also beside another compositor", () =>
    Effect.gen(function* () {
      const { counts, idleFor, isOpen, wake } = yield* makeSetup
      yield* wake
      yield* TestClock.adjust("1 minute")
      assert.isTrue(yield* isOpen)
      assert.deepStrictEqual(counts(), { requests: ["get_version"], searches: 0 })
      assert.isBelow(yield* idleFor, 5001)
    }),
  )

  it.scoped("is given up at once when the settings name another socket", () =>
    Effect.gen(function* () {
      const { error, facts, wake } = yield* makeSetup
      facts.wanted = false
      yield* wake
      const { message, reason } = yield* error
      assert.strictEqual(reason, "Closed")
      assert.strictEqual(message, `${OLD} is no longer the socket that the settings name`)
    }),
  )

  it.scoped("whose socket is gone is kept until another one is live", () =>
    Effect.gen(function* () {
      const { error, facts, isOpen } = yield* makeSetup
      facts.inPlace = false
      facts.found = noneAnswered
      yield* TestClock.adjust("5 seconds")
      assert.isTrue(yield* isOpen)
      facts.found = liveAt(OLD)
      yield* TestClock.adjust("5 seconds")
      assert.isTrue(yield* isOpen)
      // The same file, where one of the paths is a link.
      facts.found = { ...liveAt(NEW), identity: liveAt(OLD).identity }
      yield* TestClock.adjust("5 seconds")
      assert.strictEqual((yield* error).message, `${OLD} is gone, and ${NEW} is live`)
    }),
  )

  it.scoped.each([
    { silence: 0, expected: `${OLD} is gone, and another socket at this path is live` },
    { silence: 1000, expected: `${OLD} no longer answers, and another socket at this path is live` },
  ])(
    "is given up for another compositor at the same path, to which a link may lead: $expected",
    ({ expected, silence }) =>
      Effect.gen(function* () {
        const { error, facts, isOpen } = yield* makeSetup
        facts.silence = silence
        facts.inPlace = false
        facts.found = liveAt(OLD)
        yield* TestClock.adjust("5 seconds")
        assert.isTrue(yield* isOpen)
        facts.found = { ...liveAt(OLD), identity: "another one" }
        yield* TestClock.adjust("5 seconds")
        assert.isFalse(yield* isOpen)
        assert.strictEqual((yield* error).message, expected)
      }),
  )

  it.scoped("that is silent is given up for a live one without another request", () =>
    Effect.gen(function* () {
      const { counts, error, facts, wake } = yield* makeSetup
      facts.silence = 1000
      yield* wake
      assert.strictEqual((yield* error).message, `${OLD} no longer answers, and ${NEW} is live`)
      assert.deepStrictEqual(counts(), { requests: [], searches: 1 })
    }),
  )
})
