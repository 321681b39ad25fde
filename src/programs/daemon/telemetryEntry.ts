/** Telemetry over OTLP: a part of its own, that the daemon loads only where the environment names a collector. */
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

/** The two ends of telemetry. */
export interface Telemetry {
  /** Below the daemon: whatever is built on it logs and traces to the collector, too. */
  readonly exporters: Layer.Layer<never, never, Settings>
  /** On top of the daemon: these look at it. */
  readonly observers: Layer.Layer<never, never, HealthProbe | HealthHistory | SwayConnection | Workers>
}

/** Telemetry as the variables want it. */
export const make = (version: string): Effect.Effect<Telemetry, TelemetryError> =>
  Effect.map(read, settings => ({
    exporters: Exporters.layer(settings, version),
    observers: Layer.merge(Metrics.layer, Reconnections.layer),
  }))
