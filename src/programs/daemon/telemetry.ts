/** Loads the code for telemetry only if the environment asks for it. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { variable } from "../../layers/system/environment.ts"
import { version } from "../version.ts"
import type { Telemetry } from "./telemetryEntry.ts"

const none: Telemetry = { exporters: Layer.empty, observers: Layer.empty }

/** True if a collector is named, unless OpenTelemetry's own `OTEL_SDK_DISABLED` is true. */
const isWanted = Effect.zipWith(
  variable("OTEL_EXPORTER_OTLP_ENDPOINT"),
  variable("OTEL_SDK_DISABLED"),
  (endpoint, disabled) => Option.isSome(endpoint) && !Option.exists(disabled, text => text.toLowerCase() === "true"),
)

const load = Effect.tryPromise(() => import("./telemetryEntry.ts")).pipe(
  Effect.flatMap(({ make }) => make(version)),
  Effect.catchAll(({ message }) => Effect.as(Effect.logWarning(`no telemetry: ${message}`), none)),
)

/** Telemetry, or none. Settings that cannot be used are logged, and the daemon runs without it. */
export const telemetry: Effect.Effect<Telemetry> = Effect.if(isWanted, {
  onTrue: () => load,
  onFalse: () => Effect.succeed(none),
})
