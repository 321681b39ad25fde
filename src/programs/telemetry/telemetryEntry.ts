/** Telemetry over OTLP. A bundle of its own, loaded only if the environment names a collector. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as RelayMetrics from "../../layers/relay/metrics.ts"
import type { Settings } from "../../layers/settings/Settings.ts"
import * as Exporters from "../../layers/telemetry/exporters.ts"
import * as Metrics from "../../layers/telemetry/metrics.ts"
import { read, type TelemetryError } from "../../layers/telemetry/OtlpSettings.ts"
import * as Reconnections from "../../layers/telemetry/reconnections.ts"

/** The two halves of a program's telemetry. */
export interface Telemetry<Services> {
  /** Goes below the program: layers above it also send their logs and traces to the collector. */
  readonly exporters: Layer.Layer<never, never, Settings>
  /** Goes on top of the program and measures it. */
  readonly observers: Layer.Layer<never, never, Services>
}

/** `name`: of the service, unless a variable sets one. */
const make =
  <Services>(name: string, observers: Layer.Layer<never, never, Services>) =>
  (version: string): Effect.Effect<Telemetry<Services>, TelemetryError> =>
    Effect.map(read(name), settings => ({ exporters: Exporters.layer(settings, version), observers }))

/** Telemetry of each program, as the variables `OTEL_*` set it up. */
export const makers = {
  daemon: make("i3pm", Layer.merge(Metrics.layer, Reconnections.layer)),
  relay: make("i3pm-relay", RelayMetrics.layer),
} as const
