/** Telemetry over OTLP. A bundle of its own, loaded only if the environment names a collector. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { HealthHistory } from "../../layers/health/HealthHistory.ts"
import type { HealthProbe } from "../../layers/health/HealthProbe.ts"
import type { Settings } from "../../layers/settings/Settings.ts"
import type { SwayConnection } from "../../layers/sway/SwayConnection.ts"
import type { Workers } from "../../layers/system/Workers.ts"
import * as Exporters from "../../layers/telemetry/exporters.ts"
import * as Metrics from "../../layers/telemetry/metrics.ts"
import { read, type TelemetryError } from "../../layers/telemetry/OtlpSettings.ts"
import * as Reconnections from "../../layers/telemetry/reconnections.ts"

/** The two halves of telemetry. */
export interface Telemetry {
  /** Goes below the daemon: layers above it also send their logs and traces to the collector. */
  readonly exporters: Layer.Layer<never, never, Settings>
  /** Goes on top of the daemon and measures it. */
  readonly observers: Layer.Layer<never, never, HealthProbe | HealthHistory | SwayConnection | Workers>
}

/** Telemetry as the variables `OTEL_*` set it up. */
export const make = (version: string): Effect.Effect<Telemetry, TelemetryError> =>
  Effect.map(read, settings => ({
    exporters: Exporters.layer(settings, version),
    observers: Layer.merge(Metrics.layer, Reconnections.layer),
  }))
