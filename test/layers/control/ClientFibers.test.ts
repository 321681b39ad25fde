import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as FiberSet from "effect/FiberSet"
import { ClientFibers } from "../../../src/layers/control/ClientFibers.ts"
import { until } from "../../support/waiting.ts"

/** The fibers of a client, and a log of all callbacks. */
const makeSetup = Effect.gen(function* () {
  const log: Array<string> = []
  const note = (what: string) => () => void log.push(what)
  const fibers = new ClientFibers<never>({
    run: yield* FiberSet.makeRuntime<never, void, never>(),
    begin: note("begin"),
    finish: note("finish"),
    onDefect: () => Effect.sync(note("defect")),
  })
  return { fibers, log, note }
})

describe("the fibers of a client", () => {
  it.scoped("begin and finish, also when they end at once", () =>
    Effect.gen(function* () {
      const { fibers, log, note } = yield* makeSetup
      fibers.start(Effect.sync(note("work")), note("done"), note("dropped"))
      assert.deepStrictEqual(log, ["begin", "work", "finish", "done"])
    }),
  )

  it.scoped("report a defect, and are done all the same", () =>
    Effect.gen(function* () {
      const { fibers, log, note } = yield* makeSetup
      fibers.start(Effect.die("bug"), note("done"), note("dropped"))
      assert.deepStrictEqual(log, ["begin", "finish", "dropped", "defect", "done"])
    }),
  )

  it.live("are interrupted together, which is no defect", () =>
    Effect.scoped(
      Effect.gen(function* () {
        const { fibers, log, note } = yield* makeSetup
        const started = yield* Deferred.make<void>()
        fibers.start(
          Effect.zipRight(Effect.yieldNow(), Effect.zipRight(Deferred.succeed(started, undefined), Effect.never)),
          note("done"),
          note("dropped"),
        )
        yield* Deferred.await(started)
        fibers.interrupt()
        yield* until(
          Effect.sync(() => log),
          seen => seen.includes("done"),
        )
        assert.deepStrictEqual(log, ["begin", "finish", "done"])
      }),
    ),
  )
})
