/** Sends Effect's logs, spans and metrics to an OTLP collector. */
import { hostname } from "node:os"
import * as OtlpLogger from "@effect/opentelemetry/OtlpLogger"
import * as OtlpMetrics from "@effect/opentelemetry/OtlpMetrics"
import * as OtlpSerialization from "@effect/opentelemetry/OtlpSerialization"
import * as OtlpTracer from "@effect/opentelemetry/OtlpTracer"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import { Settings } from "../settings/Settings.ts"
import * as Collector from "./collector.ts"
import type { OtlpSettings } from "./OtlpSettings.ts"
import { ownMetrics } from "./ownMetrics.ts"

/** Most records in one batch. With the requests in flight at most a few thousand are in memory. */
const BATCH = 256

/** The time for the last export of each kind. The whole daemon must shut down within two seconds. */
const shutdownTimeout = Duration.millis(400)

/** The times between two exports of logs and of spans, as in the specification's batch processors. */
const logsInterval = Duration.seconds(1)
const spansInterval = Duration.seconds(5)

/** No variables: OtlpSettings has read and decoded them, and the exporters would read them again. */
const noVariables = ConfigProvider.fromMap(new Map())

const encoding = (otlp: OtlpSettings) =>
  otlp.encoding === "json" ? OtlpSerialization.layerJson : OtlpSerialization.layerProtobuf

/** The encoding, for {@link ownMetrics} only. */
const serialization = (otlp: OtlpSettings) =>
  Layer.effect(
    OtlpSerialization.OtlpSerialization,
    Effect.map(OtlpSerialization.OtlpSerialization, encoder => ({
      ...encoder,
      metrics: (request: unknown) => encoder.metrics(ownMetrics(request)),
    })),
  ).pipe(Layer.provide(encoding(otlp)))

/** The logger, limited to the log level of the settings. */
const levelled = (logger: Logger.Logger<unknown, void>) =>
  Effect.map(Settings, settings =>
    Logger.make<unknown, void>(options => {
      const { logLevel } = Effect.runSync(settings.current)
      if (LogLevel.greaterThanEqual(options.logLevel, logLevel)) logger.log(options)
    }),
  )

/** The exporters, for the layers that this one is provided to. */
export const layer = (otlp: OtlpSettings, serviceVersion: string): Layer.Layer<never, never, Settings> => {
  const common = {
    resource: {
      serviceName: otlp.serviceName,
      serviceVersion,
      attributes: { "host.name": hostname(), "process.pid": process.pid, ...otlp.attributes },
    },
    headers: otlp.headers,
    maxBatchSize: BATCH,
    shutdownTimeout,
  }
  const url = (kind: string) => `${otlp.endpoint}/v1/${kind}`
  const tracer = OtlpTracer.make({ ...common, url: url("traces"), exportInterval: spansInterval })
  const logger = OtlpLogger.make({ ...common, url: url("logs"), exportInterval: logsInterval })
  const metrics = OtlpMetrics.make({ ...common, url: url("metrics"), exportInterval: otlp.metricsInterval })
  return Layer.mergeAll(
    Layer.unwrapScoped(Effect.map(Effect.withConfigProvider(tracer, noVariables), Layer.setTracer)),
    Logger.addScoped(Effect.flatMap(Effect.withConfigProvider(logger, noVariables), levelled)),
    Layer.scopedDiscard(Effect.withConfigProvider(metrics, noVariables)),
  ).pipe(Layer.provide(Collector.layer(otlp.timeout)), Layer.provide(serialization(otlp)))
}
