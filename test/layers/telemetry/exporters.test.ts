/** The exporters against collectors that are bad in each way. */

import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import * as Metric from "effect/Metric"
import * as Option from "effect/Option"
import { layerOf } from "../../../src/layers/settings/Settings.ts"
import * as Exporters from "../../../src/layers/telemetry/exporters.ts"
import type { OtlpSettings } from "../../../src/layers/telemetry/OtlpSettings.ts"
import { startReceiver } from "../../support/otlpReceiver.ts"
import { eventually } from "../../support/waiting.ts"

const otlp = (endpoint: string): OtlpSettings => ({
  endpoint,
  encoding: "json",
  headers: {},
  timeout: Duration.millis(300),
  metricsInterval: Duration.minutes(1),
  serviceName: "i3pm",
  attributes: {},
})

interface ResourceMetrics {
  readonly scopeMetrics: ReadonlyArray<{ readonly metrics: ReadonlyArray<{ readonly name: string }> }>
}

const settings = layerOf({
  socket: Option.none(),
  probeInterval: Duration.seconds(5),
  probeDeadline: Duration.millis(60),
  logLevel: LogLevel.Info,
})

/** Runs with the exporters, and with a logger that keeps the lines. */
const withExporters = <A, E, R>(url: string, body: (said: ReadonlyArray<string>) => Effect.Effect<A, E, R>) => {
  const said: Array<string> = []
  const keeper = Logger.make<unknown, void>(({ message }) => void said.push(String(message)))
  const layer = Exporters.layer(otlp(url), "0.1.0").pipe(
    Layer.provide(settings),
    Layer.provide(Logger.replace(Logger.defaultLogger, keeper)),
  )
  return Effect.scoped(Effect.provide(body(said), layer)).pipe(
    Effect.provide(Logger.replace(Logger.defaultLogger, keeper)),
    Effect.map(result => ({ result, said })),
  )
}

const warnings = (said: ReadonlyArray<string>) => said.filter(line => line.startsWith("telemetry does not reach"))

const flood = Effect.repeatN(Effect.logInfo(`a line ${"x".repeat(500)}`), 20_000)

describe("the exporters", () => {
  it.live("send logs of the level that is set, and no others", () =>
    Effect.gen(function* () {
      const receiver = yield* startReceiver("ok")
      yield* withExporters(receiver.url, () =>
        Effect.zipRight(Effect.logDebug("too small"), Effect.logWarning("large enough")).pipe(
          Effect.zipRight(
            eventually(
              Effect.sync(() => receiver.json("logs")),
              text => text !== "",
            ),
          ),
          Logger.withMinimumLogLevel(LogLevel.All),
        ),
      )
      assert.include(receiver.json("logs"), "large enough")
      assert.notInclude(receiver.json("logs"), "too small")
    }).pipe(Effect.scoped),
  )

  it.live("send the metrics of the program, and not those of Effect's fibers", () =>
    Effect.gen(function* () {
      const receiver = yield* startReceiver("ok")
      yield* withExporters(receiver.url, () => Metric.increment(Metric.counter("i3pm.of.the.test")))
      const [sent = "{}"] = receiver.json("metrics").split("\n")
      const { resourceMetrics }: { resourceMetrics: ReadonlyArray<ResourceMetrics> } = JSON.parse(sent)
      const names = resourceMetrics.flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics }) => metrics))
      assert.deepInclude(
        names.map(({ name }) => name),
        "i3pm.of.the.test",
      )
      assert.isEmpty(names.filter(({ name }) => name.startsWith("effect_")))
      assert.include(sent, '"host.name"')
    }).pipe(Effect.scoped),
  )

  it.live("hold a few requests to a collector that hangs, however much there is to say", () =>
    Effect.gen(function* () {
      const receiver = yield* startReceiver("hang")
      yield* withExporters(receiver.url, said =>
        Effect.gen(function* () {
          yield* flood
          yield* eventually(
            Effect.sync(() => warnings(said)),
            lines => lines.length > 0,
          )
          yield* flood
          assert.strictEqual(warnings(said).length, 1)
        }),
      )
      // Four at a time, each tried three times and given up.
      assert.isAtMost(receiver.received.length, 12 + 3)
      for (const { body } of receiver.received) assert.isAtMost(body.length, 512 * 1024)
    }).pipe(Effect.scoped),
  )

  it.live("say once that the collector refuses, and go on", () =>
    Effect.gen(function* () {
      const receiver = yield* startReceiver("500")
      const { said } = yield* withExporters(receiver.url, said =>
        Effect.zipRight(
          flood,
          eventually(
            Effect.sync(() => warnings(said)),
            lines => lines.length > 0,
          ),
        ),
      )
      assert.match(warnings(said)[0] ?? "", /\/v1\/logs: it answers 500; retrying every minute$/)
      assert.isAtMost(warnings(said).length, 3)
    }).pipe(Effect.scoped),
  )

  it.live("read no more of an answer than a collector has to say, and take it for one", () =>
    Effect.gen(function* () {
      const receiver = yield* startReceiver("endless")
      const { said } = yield* withExporters(receiver.url, () =>
        Effect.zipRight(
          Effect.logInfo("hello"),
          eventually(
            Effect.sync(() => receiver.endless),
            ({ length }) => length > 0,
          ),
        ),
      )
      // What the kernel holds for the two ends is several MiB; in the time for a request hundreds could be read.
      for (const bytes of receiver.endless) assert.isBelow(bytes, 16 * 1024 * 1024)
      assert.deepStrictEqual(warnings(said), [])
      assert.include(receiver.json("logs"), "hello")
    }).pipe(Effect.scoped),
  )

  it.live("say once that nobody is there", () =>
    Effect.gen(function* () {
      const { url } = yield* Effect.scoped(startReceiver("ok"))
      const { said } = yield* withExporters(url, said =>
        Effect.zipRight(
          Effect.logInfo("hello"),
          eventually(
            Effect.sync(() => warnings(said)),
            lines => lines.length > 0,
          ),
        ),
      )
      assert.match(warnings(said)[0] ?? "", /\/v1\/logs: no process listens there; retrying every minute$/)
    }),
  )
})
