/** Sends what Effect has of logs, spans and metrics to an OTLP collector. */
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

/** Records that wait to be sent; with the requests under way a few thousand, whatever the collector does. */
const BATCH = 256

/** For the last report of each kind: the daemon has two seconds to end, and more to do in them. */
const farewell = Duration.millis(400)

/** Between two reports of logs and of spans, as the specification's batch processors have them. */
const logsInterval = Duration.seconds(1)
const spansInterval = Duration.seconds(5)

/** Read here already, and percent-decoded; the exporters would read the variables once more. */
const noVariables = ConfigProvider.fromMap(new Map())

/** A logger beside the others, for what they print at the level that is set. */
const levelled = (logger: Logger.Logger<unknown, void>) =>
  Effect.map(Settings, settings =>
    Logger.make<unknown, void>(options => {
      const { logLevel } = Effect.runSync(settings.current)
      if (LogLevel.greaterThanEqual(options.logLevel, logLevel)) logger.log(options)
    }),
  )

/** The exporters, for what is built on top of this layer. */
export const layer = (otlp: OtlpSettings, serviceVersion: string): Layer.Layer<never, never, Settings> => {
  const common = {
    resource: {
      serviceName: otlp.serviceName,
      serviceVersion,
      attributes: { "host.name": hostname(), "process.pid": process.pid, ...otlp.attributes },
    },
    headers: otlp.headers,
    maxBatchSize: BATCH,
    shutdownTimeout: farewell,
  }
  const url = (kind: string) => `${otlp.endpoint}/v1/${kind}`
  const tracer = OtlpTracer.make({ ...common, url: url("traces"), exportInterval: spansInterval })
  const logger = OtlpLogger.make({ ...common, url: url("logs"), exportInterval: logsInterval })
  const metrics = OtlpMetrics.make({ ...common, url: url("metrics"), exportInterval: otlp.metricsInterval })
  return Layer.mergeAll(
    Layer.unwrapScoped(Effect.map(Effect.withConfigProvider(tracer, noVariables), Layer.setTracer)),
    Logger.addScoped(Effect.flatMap(Effect.withConfigProvider(logger, noVariables), levelled)),
    Layer.scopedDiscard(Effect.withConfigProvider(metrics, noVariables)),
  ).pipe(
    Layer.provide(Collector.layer(otlp.timeout)),
    Layer.provide(otlp.encoding === "json" ? OtlpSerialization.layerJson : OtlpSerialization.layerProtobuf),
  )
}
