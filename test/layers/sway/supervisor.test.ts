import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import * as SubscriptionRef from "effect/SubscriptionRef"
import * as TestClock from "effect/TestClock"
import { ConnectionLost } from "../../../src/layers/ipc/IpcErrors.ts"
import { ConnectionState, NOT_YET } from "../../../src/layers/sway/ConnectionState.ts"
import type { ConnectionFailure } from "../../../src/layers/sway/connect.ts"
import { makeProgress } from "../../../src/layers/sway/progress.ts"
import { makeSupervisor } from "../../../src/layers/sway/supervisor.ts"
import { liveAt, noCandidate, noneAnswered } from "../support/fakeDiscovery.ts"

const PATH = "/run/a.sock"

/** A supervisor whose attempts fail with what the test sets, or else connect until `lose` is called. Each takes `takes`. */
const makeSetup = (first?: ConnectionFailure, takes?: Duration.DurationInput) =>
  Effect.gen(function* () {
    const state = yield* SubscriptionRef.make<ConnectionState>(
      ConnectionState.Disconnected({ lastError: NOT_YET, path: null, reconnections: 0 }),
    )
    const wake = yield* Queue.sliding<void>(1)
    const attempts: Array<string | undefined> = []
    let failure = first
    let closed = yield* Deferred.make<never, ConnectionLost>()
    const supervisor = yield* makeSupervisor({
      connect: inUse =>
        Effect.gen(function* () {
          attempts.push(inUse)
          if (takes !== undefined) yield* Effect.sleep(takes)
          if (failure !== undefined) return yield* Effect.fail(failure)
          closed = yield* Deferred.make<never, ConnectionLost>()
          const client = {
            path: PATH,
            closed: Deferred.await(closed),
            send: () => Effect.never,
            silence: Effect.succeed(0),
          }
          return { client, live: liveAt(PATH) }
        }),
      untilReplaced: () => Effect.never,
      progress: yield* makeProgress,
      state,
      wake,
    })
    yield* Effect.forkScoped(supervisor.run)
    yield* TestClock.adjust(0)
    return {
      attempts,
      current: supervisor.current,
      failWith: (next: ConnectionFailure | undefined) => {
        failure = next
      },
      lose: Effect.suspend(() =>
        Deferred.fail(closed, new ConnectionLost({ reason: "Eof", path: PATH, message: "closed" })),
      ).pipe(Effect.zipRight(TestClock.adjust(0))),
      state: SubscriptionRef.get(state),
      wake: Effect.zipRight(Queue.offer(wake, undefined), TestClock.adjust(0)),
    }
  })

describe("the supervisor", () => {
  it.scoped("connects, and has a current connection until it is lost", () =>
    Effect.gen(function* () {
      const { attempts, current, failWith, lose, state } = yield* makeSetup()
      assert.strictEqual(current()?.live.path, PATH)
      assert.deepInclude(yield* state, { _tag: "Connected", path: PATH, reconnections: 0 })
      failWith(noneAnswered)
      yield* TestClock.adjust("1 second")
      yield* lose
      assert.isUndefined(current())
      assert.deepInclude(yield* state, { _tag: "Reconnecting", attempt: 2, lastError: "nobody answers", path: PATH })
      assert.deepStrictEqual(attempts, [undefined, PATH])
    }),
  )

  it.scoped("is disconnected when there is no candidate, and tries again when woken", () =>
    Effect.gen(function* () {
      const { attempts, failWith, state, wake } = yield* makeSetup(noCandidate)
      assert.deepInclude(yield* state, { _tag: "Disconnected", lastError: "there is no socket", path: null })
      failWith(undefined)
      yield* wake
      assert.strictEqual(attempts.length, 2)
      assert.deepInclude(yield* state, { _tag: "Connected", reconnections: 0 })
    }),
  )

  it.scoped("counts attempts from the last connection on", () =>
    Effect.gen(function* () {
      const { failWith, lose, state, wake } = yield* makeSetup(noneAnswered)
      assert.deepInclude(yield* state, { _tag: "Reconnecting", attempt: 1 })
      failWith(undefined)
      yield* wake
      failWith(noneAnswered)
      yield* TestClock.adjust("1 second")
      yield* lose
      // The loss itself, and the attempt that follows it at once.
      assert.deepInclude(yield* state, { _tag: "Reconnecting", attempt: 2 })
    }),
  )

  it.scoped("counts reconnections", () =>
    Effect.gen(function* () {
      const { lose, state } = yield* makeSetup()
      for (const reconnections of [1, 2, 3]) {
        yield* TestClock.adjust("1 second")
        yield* lose
        assert.deepInclude(yield* state, { _tag: "Connected", reconnections })
      }
    }),
  )

  it.scoped("waits after an attempt that failed, however long that took", () =>
    Effect.gen(function* () {
      const { attempts } = yield* makeSetup(noneAnswered, "1 second")
      yield* TestClock.adjust("1 second")
      assert.strictEqual(attempts.length, 1)
      yield* TestClock.adjust("60 millis")
      assert.strictEqual(attempts.length, 2)
    }),
  )

  it.scoped("waits before it connects again to a peer that drops it within 200 ms", () =>
    Effect.gen(function* () {
      const { attempts, lose } = yield* makeSetup()
      yield* TestClock.adjust("200 millis")
      yield* lose
      assert.strictEqual(attempts.length, 1)
      yield* TestClock.adjust("60 millis")
      assert.strictEqual(attempts.length, 2)
    }),
  )
})
