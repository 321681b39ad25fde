/** The daemon as a process with a collector: a good one gets everything, a bad one disturbs nothing. */

import { readFileSync, rmSync } from "node:fs"
import { dirname, join } from "node:path"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { ask, health, startDaemon } from "../../support/daemon.ts"
import { describeWith } from "../../support/needs.ts"
import { type Behaviour, type Receiver, startReceiver } from "../../support/otlpReceiver.ts"
import { valuesAt } from "../../support/protobuf.ts"
import { spawnAs } from "../../support/Spawn.ts"
import { makeRuntimeDir, stageBundle } from "../../support/TestUser.ts"
import { eventually } from "../../support/waiting.ts"

const setUp = Effect.all({ runtimeDir: makeRuntimeDir, entry: stageBundle })

const variables = ({ url }: Pick<Receiver, "url">) => ({
  OTEL_EXPORTER_OTLP_ENDPOINT: url,
  OTEL_METRIC_EXPORT_INTERVAL: "300",
})

const asJson = {
  OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
  OTEL_EXPORTER_OTLP_HEADERS: "authorization=Basic%20YQ",
  OTEL_SERVICE_NAME: "desk",
  OTEL_RESOURCE_ATTRIBUTES: "deployment.environment=test",
}

const simulate = (entry: string, runtimeDir: string) =>
  Effect.tap(spawnAs(process.execPath, [entry, "simulate"], { runtimeDir }), running =>
    eventually(Effect.succeed(running), ({ stdout }) => stdout.text().includes(".sock\n")),
  )

const isHealthy = (runtimeDir: string) => eventually(health(runtimeDir), ({ status }) => status === "healthy")

/** Waits until what came of a kind is enough. */
const until = (receiver: Receiver, kind: "metrics" | "traces" | "logs", enough: RegExp) =>
  eventually(
    Effect.sync(() => receiver.json(kind)),
    text => enough.test(text),
  )

interface Metric {
  readonly name: string
  readonly unit: string
  readonly description: string
  readonly sum?: { readonly isMonotonic: boolean; readonly dataPoints: ReadonlyArray<{ readonly asDouble: number }> }
  readonly histogram?: { readonly dataPoints: ReadonlyArray<{ readonly count: number; readonly sum: number }> }
}

const lastMetrics = (receiver: Receiver): ReadonlyArray<Metric> => {
  const last = receiver.json("metrics").split("\n").at(-1) ?? ""
  return JSON.parse(last).resourceMetrics[0].scopeMetrics[0].metrics
}

describeWith(["setpriv", "node"], "telemetry", () => {
  it.scopedLive("reaches a collector: metrics, a span for a reconnection, and the log", () =>
    Effect.gen(function* () {
      const { entry, runtimeDir } = yield* setUp
      const receiver = yield* startReceiver("ok")
      const first = yield* simulate(entry, runtimeDir)
      const daemon = yield* startDaemon(entry, { runtimeDir, env: { ...variables(receiver), ...asJson } })
      yield* isHealthy(runtimeDir)
      yield* first.kill("SIGKILL")
      yield* eventually(health(runtimeDir), ({ status }) => status === "disconnected")
      yield* simulate(entry, runtimeDir)
      yield* isHealthy(runtimeDir)
      yield* until(receiver, "traces", /"name":"i3pm\.reconnection"/)
      yield* until(receiver, "logs", /healthy: sway [^"]*reconnected 1×/)
      const probes = yield* eventually(
        Effect.sync(() => lastMetrics(receiver)),
        metrics => (metrics.find(({ name }) => name === "i3pm.reconnections")?.sum?.dataPoints[0]?.asDouble ?? 0) === 1,
      )
      const metric = (name: string) => probes.find(each => each.name === name)
      assert.isAtLeast(metric("i3pm.probes")?.sum?.dataPoints[0]?.asDouble ?? 0, 1)
      assert.isTrue(metric("i3pm.probes")?.sum?.isMonotonic)
      assert.strictEqual(metric("i3pm.orphans.removed")?.sum?.dataPoints[0]?.asDouble, 1)
      assert.strictEqual(metric("i3pm.probe.latency")?.unit, "ms")
      assert.isAtLeast(metric("i3pm.probe.latency")?.histogram?.dataPoints[0]?.count ?? 0, 1)
      assert.strictEqual(metric("i3pm.state.time")?.unit, "s")
      for (const { headers } of receiver.received) assert.strictEqual(headers.authorization, "Basic YQ")
      for (const kind of ["metrics", "traces", "logs"] as const) {
        assert.include(receiver.json(kind), '{"key":"service.name","value":{"stringValue":"desk"}}')
        assert.include(receiver.json(kind), '{"key":"deployment.environment","value":{"stringValue":"test"}}')
      }
      assert.notInclude(daemon.stderr.text(), "telemetry")
    }),
  )

  it.scopedLive("speaks protocol buffers where nothing else is said, and tells its last words", () =>
    Effect.gen(function* () {
      const { entry, runtimeDir } = yield* setUp
      const receiver = yield* startReceiver("ok")
      const daemon = yield* startDaemon(entry, { runtimeDir, env: variables(receiver) }, ["--embedded"])
      yield* isHealthy(runtimeDir)
      const bodies = (kind: string) => receiver.received.filter(each => each.kind === kind)
      yield* eventually(
        Effect.sync(() => bodies("metrics").length),
        count => count > 1,
      )
      const before = bodies("metrics").length
      yield* daemon.kill("SIGTERM")
      assert.strictEqual((yield* daemon.finished).code, 0)
      assert.isAbove(bodies("metrics").length, before)
      for (const { headers } of receiver.received) assert.strictEqual(headers["content-type"], "application/x-protobuf")
      // ExportMetricsServiceRequest: resource_metrics 1, scope_metrics 2, metrics 2, name 1.
      const names = valuesAt(bodies("metrics").at(-1)?.body ?? Buffer.alloc(0), [1, 2, 2, 1]).map(String)
      assert.include(names, "i3pm.probes")
      assert.include(names, "i3pm.probe.latency")
      // ExportLogsServiceRequest: resource_logs 1, scope_logs 2, log_records 2, body 5, string_value 1.
      const lines = bodies("logs").flatMap(({ body }) => valuesAt(body, [1, 2, 2, 5, 1]).map(String))
      assert.isTrue(lines.some(line => line.startsWith("healthy: sway")))
    }),
  )

  const bad: ReadonlyArray<Behaviour> = ["500", "hang"]
  for (const behaviour of bad) {
    it.scopedLive(`is no burden when the collector is bad: ${behaviour}`, () =>
      Effect.gen(function* () {
        const { entry, runtimeDir } = yield* setUp
        const receiver = yield* startReceiver(behaviour)
        const env = { ...variables(receiver), OTEL_EXPORTER_OTLP_TIMEOUT: "300" }
        const daemon = yield* startDaemon(entry, { runtimeDir, env }, ["--embedded"])
        yield* isHealthy(runtimeDir)
        yield* eventually(Effect.succeed(daemon), ({ stderr }) => /does not reach .*logs/.test(stderr.text()))
        for (let round = 0; round < 50; round += 1) assert.strictEqual((yield* health(runtimeDir)).status, "healthy")
        const kinds = daemon.stderr.text().match(/does not reach \S+/g) ?? []
        assert.strictEqual(new Set(kinds).size, kinds.length, "each kind is told of once")
        yield* daemon.kill("SIGTERM")
        assert.strictEqual((yield* daemon.finished).code, 0)
      }),
    )
  }

  const nonsense = { OTEL_EXPORTER_OTLP_ENDPOINT: "nonsense" }
  const grpc = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:4317", OTEL_EXPORTER_OTLP_PROTOCOL: "grpc" }
  const unsent: ReadonlyArray<readonly [args: ReadonlyArray<string>, env: Readonly<Record<string, string>>]> = [
    [[], nonsense],
    [["--log-level", "info"], nonsense],
    [["--log-level", "warning"], grpc],
    [["--embedded"], grpc],
  ]
  for (const [args, env] of unsent) {
    it.scopedLive(
      `that can not be sent as it is wanted is said, and the daemon runs: ${["daemon", ...args].join(" ")}`,
      () =>
        Effect.gen(function* () {
          const { entry, runtimeDir } = yield* setUp
          const daemon = yield* startDaemon(entry, { runtimeDir, env }, args)
          const variable = env === grpc ? "PROTOCOL must be http/protobuf" : "ENDPOINT must be a URL"
          assert.include(daemon.stderr.text(), `warn: no telemetry: OTEL_EXPORTER_OTLP_${variable}`)
        }),
    )
  }

  it.scopedLive("is not even loaded where it is not wanted", () =>
    Effect.gen(function* () {
      const { entry, runtimeDir } = yield* setUp
      const part = join(dirname(entry), "telemetry.cjs")
      assert.include(readFileSync(part, "utf8"), "i3pm.probe.latency")
      for (const name of ["daemon.cjs", "cli.cjs"]) {
        assert.notInclude(readFileSync(join(dirname(entry), name), "utf8"), "i3pm.probe.latency")
      }
      rmSync(part)
      for (const env of [{}, { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:4318", OTEL_SDK_DISABLED: "true" }]) {
        const daemon = yield* startDaemon(entry, { runtimeDir, env })
        assert.include(yield* ask(runtimeDir, '{"jsonrpc":"2.0","method":"ping","id":1}'), '"pid"')
        assert.notInclude(daemon.stderr.text(), "telemetry")
        yield* daemon.kill("SIGTERM")
        assert.strictEqual((yield* daemon.finished).code, 0)
      }
    }),
  )
})
