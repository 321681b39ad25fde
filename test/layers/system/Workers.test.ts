import { assert, describe, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { layer, Workers } from "../../../src/layers/system/Workers.ts"

class Trouble extends Data.TaggedError("Trouble")<{ readonly message: string }> {}

const makeWorkers = Effect.map(Layer.build(layer), Context.get(Workers))

const deathOf = (worker: Effect.Effect<unknown, unknown>) =>
  Effect.gen(function* () {
    const workers = yield* makeWorkers
    yield* workers.start("idle worker", Effect.never)
    yield* workers.start("doomed worker", worker)
    return yield* Effect.flip(workers.death)
  })

describe("a worker that ends", () => {
  it.scoped("by a failure is reported with its name and the failure", () =>
    Effect.gen(function* () {
      const death = yield* deathOf(Effect.zipRight(Effect.yieldNow(), new Trouble({ message: "no disk" })))
      // Without a stack: it is nothing that a user could use.
      const message = "the doomed worker died: no disk"
      assert.deepInclude(death, { _tag: "WorkerDied", worker: "doomed worker", message })
    }),
  )

  it.scoped("by a defect is reported, too", () =>
    Effect.gen(function* () {
      const death = yield* deathOf(
        Effect.sync(() => {
          throw new TypeError("undefined is not a function")
        }),
      )
      assert.strictEqual(death.worker, "doomed worker")
      assert.include(death.message, "undefined is not a function")
    }),
  )

  it.scoped("by simply ending is reported, too", () =>
    Effect.gen(function* () {
      const death = yield* deathOf(Effect.succeed("done"))
      assert.strictEqual(death.message, "the doomed worker died: it ended")
    }),
  )

  it.scoped("is no death where its stream has ended, and one where it failed or a value could not be handled", () =>
    Effect.gen(function* () {
      const workers = yield* makeWorkers
      const seen: Array<number> = []
      const see = (value: number) => Effect.sync(() => seen.push(value))
      yield* workers.follow("follower", Stream.make(1, 2), see)
      yield* workers.follow("handler", Stream.make(3), () => new Trouble({ message: "no disk" }))
      assert.strictEqual((yield* Effect.flip(workers.death)).worker, "handler")
      assert.deepStrictEqual(seen, [1, 2])
      const others = yield* makeWorkers
      yield* others.follow("reader", Stream.fail(new Trouble({ message: "no disk" })), see)
      assert.strictEqual((yield* Effect.flip(others.death)).worker, "reader")
    }),
  )

  it.scoped("first is the one that is told of", () =>
    Effect.gen(function* () {
      const workers = yield* makeWorkers
      const gate = yield* Deferred.make<void>()
      yield* workers.start("second", Effect.zipRight(Deferred.await(gate), new Trouble({ message: "2" })))
      yield* workers.start("first", new Trouble({ message: "1" }))
      assert.strictEqual((yield* Effect.flip(workers.death)).worker, "first")
      yield* Deferred.succeed(gate, undefined)
      yield* Effect.yieldNow()
      assert.strictEqual((yield* Effect.flip(workers.death)).worker, "first")
    }),
  )
})

describe("a worker that follows a stream", () => {
  it.scoped("handles each item in order, and outlives the end of the stream", () =>
    Effect.gen(function* () {
      const workers = yield* makeWorkers
      const last = yield* Deferred.make<void>()
      const handled: Array<number> = []
      yield* workers.follow("reader", Stream.concat(Stream.make(1, 2), Stream.make(3)), item => {
        handled.push(item)
        return item === 3 ? Deferred.succeed(last, undefined) : Effect.void
      })
      yield* Deferred.await(last)
      const death = yield* Effect.fork(workers.death)
      yield* Effect.yieldNow()
      assert.deepStrictEqual(handled, [1, 2, 3])
      assert.strictEqual((yield* Fiber.poll(death))._tag, "None")
    }),
  )

  for (const [what, stream] of [
    ["an item cannot be handled", Stream.make(1)],
    ["the stream fails", Stream.fail(new Trouble({ message: "no disk" }))],
  ] as const) {
    it.scoped(`dies when ${what}`, () =>
      Effect.gen(function* () {
        const workers = yield* makeWorkers
        yield* workers.follow("reader", stream, () => Effect.fail(new Trouble({ message: "no disk" })))
        const death = yield* Effect.flip(workers.death)
        assert.strictEqual(death.worker, "reader")
        assert.include(death.message, "no disk")
      }),
    )
  }
})

describe("a worker whose scope closes", () => {
  it.scoped("is interrupted, waited for and not reported", () =>
    Effect.gen(function* () {
      const workers = yield* makeWorkers
      const scope = yield* Scope.make()
      const running = yield* Deferred.make<void>()
      let ended = false
      const worker = Effect.zipRight(Deferred.succeed(running, undefined), Effect.never).pipe(
        Effect.ensuring(
          Effect.sync(() => {
            ended = true
          }),
        ),
      )
      yield* Effect.provideService(workers.start("worker", worker), Scope.Scope, scope)
      yield* Deferred.await(running)
      const death = yield* Effect.fork(workers.death)
      yield* Scope.close(scope, Exit.void)
      assert.isTrue(ended)
      yield* Effect.yieldNow()
      assert.strictEqual((yield* Fiber.poll(death))._tag, "None")
    }),
  )

  it.scoped("can be interrupted even when it was started where nothing can be", () =>
    Effect.gen(function* () {
      const workers = yield* makeWorkers
      const scope = yield* Scope.make()
      let interrupted = false
      const running = yield* Deferred.make<void>()
      const worker = Effect.zipRight(Deferred.succeed(running, undefined), Effect.never).pipe(
        Effect.onInterrupt(() =>
          Effect.sync(() => {
            interrupted = true
          }),
        ),
      )
      yield* Effect.uninterruptible(Effect.provideService(workers.start("worker", worker), Scope.Scope, scope))
      yield* Deferred.await(running)
      yield* Scope.close(scope, Exit.void)
      assert.isTrue(interrupted)
    }),
  )
})
