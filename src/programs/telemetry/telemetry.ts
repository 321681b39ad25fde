/** Loads the code for telemetry only if the environment asks for it, by an endpoint and without `OTEL_SDK_DISABLED`. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { variable } from "../../layers/system/environment.ts"
import { version } from "../version.ts"
import type { makers, Telemetry } from "./telemetryEntry.ts"

/** True if a collector is named, unless OpenTelemetry's own `OTEL_SDK_DISABLED` is true. */
const isWanted = Effect.zipWith(
  variable("OTEL_EXPORTER_OTLP_ENDPOINT"),
  variable("OTEL_SDK_DISABLED"),
  (endpoint, disabled) => Option.isSome(endpoint) && !Option.exists(disabled, text => text.toLowerCase() === "true"),
)

type Makers = typeof makers

/** Telemetry of one program, or none. Settings that cannot be used are logged, and the program runs without it. */
const telemetryOf = <Services>(
  makerIn: (all: Makers) => (version: string) => Effect.Effect<Telemetry<Services>, { readonly message: string }>,
): Effect.Effect<Telemetry<Services>> => {
  const none: Telemetry<Services> = { exporters: Layer.empty, observers: Layer.empty }
  const load = Effect.tryPromise(() => import("./telemetryEntry.ts")).pipe(
    Effect.flatMap(entry => makerIn(entry.makers)(version)),
    Effect.catchAll(({ message }) => Effect.as(Effect.logWarning(`no telemetry: ${message}`), none)),
  )
  return Effect.if(isWanted, { onTrue: () => load, onFalse: () => Effect.succeed(none) })
}

/** Telemetry of the daemon. */
export const daemonTelemetry = telemetryOf(({ daemon }) => daemon)

/** Telemetry of the relay. */
export const relayTelemetry = telemetryOf(({ relay }) => relay)
