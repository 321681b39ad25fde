import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as FiberRefs from "effect/FiberRefs"
import * as HashMap from "effect/HashMap"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import * as TestClock from "effect/TestClock"
import { logInfoEach, moreFollow } from "../../../src/layers/system/logEach.ts"

/** What a logger is told by `effect`, in the order in which it is told. */
const told = (effect: Effect.Effect<void>, minimum: LogLevel.LogLevel = LogLevel.Info) =>
  Effect.gen(function* () {
    const lines: Array<{ readonly facts: unknown; readonly more: boolean }> = []
    const logger = Logger.make<unknown, void>(({ annotations, cause, context, date, logLevel, message, spans }) => {
      const entries = HashMap.toEntries(annotations).toSorted(([one], [other]) => (one < other ? -1 : 1))
      const facts = { entries, cause, date, logLevel, message, spans: [...spans].map(({ label }) => label) }
      lines.push({ facts, more: FiberRefs.getOrDefault(context, moreFollow) })
    })
    yield* effect.pipe(
      Effect.annotateLogs({ module: "test", pid: "overridden" }),
      Effect.withLogSpan("span"),
      Effect.provide(Logger.replace(Logger.defaultLogger, logger)),
      Logger.withMinimumLogLevel(minimum),
    )
    return lines
  })

const facts = [1, 2, 3].map(pid => ({ path: `/run/${pid}`, pid }))

describe("logInfoEach", () => {
  it.effect("tells a logger the same as Effect.logInfo with Effect.annotateLogs, line by line", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(1_000_000)
      const one = yield* told(Effect.forEach(facts, each => Effect.annotateLogs(Effect.logInfo("gone"), each)))
      const each = yield* told(logInfoEach("gone", facts))
      assert.strictEqual(one.length, 3)
      assert.deepStrictEqual(
        each.map(line => line.facts),
        one.map(line => line.facts),
      )
    }),
  )

  it.effect("says of every line but the last that more follow", () =>
    Effect.gen(function* () {
      const lines = yield* told(logInfoEach("gone", facts))
      assert.deepStrictEqual(
        lines.map(({ more }) => more),
        [true, true, false],
      )
      const [single] = yield* told(Effect.logInfo("gone"))
      assert.isFalse(single?.more)
    }),
  )

  it.effect("says nothing where information is not wanted, or there is none", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* told(logInfoEach("gone", facts), LogLevel.Error), [])
      assert.deepStrictEqual(yield* told(logInfoEach("gone", [])), [])
    }),
  )
})
