/** Telemetry where it is wanted: nothing of it is loaded otherwise. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { variable } from "../../layers/system/environment.ts"
import { version } from "../version.ts"
import type { Telemetry } from "./telemetryEntry.ts"

const none: Telemetry = { exporters: Layer.empty, observers: Layer.empty }

/** Names a collector, and is not switched off (`OTEL_SDK_DISABLED`, OpenTelemetry's own). */
const isWanted = Effect.zipWith(
  variable("OTEL_EXPORTER_OTLP_ENDPOINT"),
  variable("OTEL_SDK_DISABLED"),
  (endpoint, disabled) => Option.isSome(endpoint) && !Option.exists(disabled, text => text.toLowerCase() === "true"),
)

const load = Effect.tryPromise(() => import("./telemetryEntry.ts")).pipe(
  Effect.flatMap(({ make }) => make(version)),
  Effect.catchAll(({ message }) => Effect.as(Effect.logWarning(`no telemetry: ${message}`), none)),
)

/** What can not be sent is said, and the daemon runs without. */
export const telemetry: Effect.Effect<Telemetry> = Effect.if(isWanted, {
  onTrue: () => load,
  onFalse: () => Effect.succeed(none),
})
