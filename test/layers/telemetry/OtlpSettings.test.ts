import { assert, describe, it } from "@effect/vitest"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { parsePairs, read } from "../../../src/layers/telemetry/OtlpSettings.ts"

const readWith = (variables: Record<string, string>) =>
  Effect.withConfigProvider(read("i3pm"), ConfigProvider.fromMap(new Map(Object.entries(variables))))

describe("the variables of OpenTelemetry", () => {
  it.effect("have the specification's defaults", () =>
    Effect.gen(function* () {
      const settings = yield* readWith({})
      assert.deepStrictEqual(settings, {
        endpoint: "http://localhost:4318",
        encoding: "protobuf",
        headers: {},
        timeout: Duration.seconds(10),
        metricsInterval: Duration.minutes(1),
        serviceName: "i3pm",
        attributes: {},
      })
    }),
  )

  it.effect("are taken", () =>
    Effect.gen(function* () {
      const settings = yield* readWith({
        OTEL_EXPORTER_OTLP_ENDPOINT: "https://otel.example/base//",
        OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
        OTEL_EXPORTER_OTLP_HEADERS: "authorization=Basic%20YQ==, x-team = desk",
        OTEL_EXPORTER_OTLP_TIMEOUT: "500",
        OTEL_METRIC_EXPORT_INTERVAL: "2000",
        OTEL_RESOURCE_ATTRIBUTES: "service.name=named,deployment.environment=a%2Cb",
      })
      assert.deepStrictEqual(settings, {
        endpoint: "https://otel.example/base",
        encoding: "json",
        headers: { authorization: "Basic YQ==", "x-team": "desk" },
        timeout: Duration.millis(500),
        metricsInterval: Duration.seconds(2),
        serviceName: "named",
        attributes: { "deployment.environment": "a,b" },
      })
      const { serviceName } = yield* readWith({
        OTEL_SERVICE_NAME: "wins",
        OTEL_RESOURCE_ATTRIBUTES: "service.name=loses",
      })
      assert.strictEqual(serviceName, "wins")
    }),
  )

  it.effect("that can not be used are named", () =>
    Effect.gen(function* () {
      for (const endpoint of ["localhost:4318", "unix:///run/otel.sock", "nonsense"]) {
        const error = yield* Effect.flip(readWith({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint }))
        assert.deepInclude(error, { reason: "Endpoint", variable: "OTEL_EXPORTER_OTLP_ENDPOINT" })
        assert.include(error.message, endpoint)
      }
      for (const user of ["kim:secret", "secret", ":secret"]) {
        const endpoint = `http://${user}@localhost:4318`
        const { message, reason } = yield* Effect.flip(readWith({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint }))
        assert.strictEqual(reason, "Endpoint")
        assert.include(message, "OTEL_EXPORTER_OTLP_HEADERS")
        assert.notInclude(message, "secret")
      }
      assert.strictEqual((yield* Effect.flip(readWith({ OTEL_EXPORTER_OTLP_PROTOCOL: "grpc" }))).reason, "Protocol")
      assert.deepStrictEqual((yield* readWith({ OTEL_EXPORTER_OTLP_TIMEOUT: "soon" })).timeout, Duration.seconds(10))
    }),
  )

  it.effect("that hold a password which cannot be sent are named without it", () =>
    Effect.gen(function* () {
      const address = "http://ja@ne:hunter2@otel.example:4318"
      for (const endpoint of [
        address,
        `${address}567/`,
        "jane:hunter2@otel.example:4318",
        "http://jane@otel.example",
      ]) {
        const error = yield* Effect.flip(readWith({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint }))
        assert.strictEqual(error.reason, "Endpoint", endpoint)
        assert.notMatch(error.message, /ja@ne|jane|hunter2/)
      }
      const { endpoint } = yield* readWith({ OTEL_EXPORTER_OTLP_ENDPOINT: "http://otel.example/a@b" })
      assert.strictEqual(endpoint, "http://otel.example/a@b")
      for (const header of ["a b=secret", "authorization=Bearer%0Asecret", "authorization=%E2%82%ACsecret"]) {
        const error = yield* Effect.flip(readWith({ OTEL_EXPORTER_OTLP_HEADERS: header }))
        assert.deepInclude(error, { reason: "Headers", variable: "OTEL_EXPORTER_OTLP_HEADERS" })
        assert.include(error.message, header.startsWith("a b") ? '"a b"' : '"authorization"')
        assert.notInclude(error.message, "secret")
      }
    }),
  )

  it("have lists in which what is malformed is left out", () => {
    assert.deepStrictEqual(parsePairs("a=1,,nonsense,=2, =3,b=%zz,c=x=y"), { a: "1", b: "%zz", c: "x=y" })
  })
})
