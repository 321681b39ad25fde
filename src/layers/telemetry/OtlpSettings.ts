/**
 * Reads OpenTelemetry's own variables for exporters, but for `OTEL_SDK_DISABLED`, which `telemetry.ts` of the programs reads before
 * (opentelemetry.io/docs/specs/otel/protocol/exporter).
 */
import * as Config from "effect/Config"
import * as Data from "effect/Data"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { variable } from "../system/environment.ts"

/**
 * A variable is wrong. `Endpoint`: it is not an http(s) URL, or has a user or a password in it. `Protocol`: i3pm does not support that
 * protocol. `Headers`: HTTP does not allow a name or a value. The message has no password and no value of a header: it is logged.
 */
export class TelemetryError extends Data.TaggedError("TelemetryError")<{
  readonly reason: "Endpoint" | "Protocol" | "Headers"
  readonly variable: string
  readonly message: string
}> {}

/** Where and how telemetry is sent. */
export interface OtlpSettings {
  /** The base URL, without a slash at its end; `/v1/metrics` and the like are appended. */
  readonly endpoint: string
  readonly encoding: "json" | "protobuf"
  readonly headers: Readonly<Record<string, string>>
  /** The deadline of one request. */
  readonly timeout: Duration.Duration
  /** The time between two exports of metrics. */
  readonly metricsInterval: Duration.Duration
  readonly serviceName: string
  /** Attributes of the resource, beside the service name. */
  readonly attributes: Readonly<Record<string, string>>
}

const ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"
const HEADERS = "OTEL_EXPORTER_OTLP_HEADERS"
const PROTOCOL = "OTEL_EXPORTER_OTLP_PROTOCOL"

const text = (name: string, fallback: string) =>
  Effect.map(
    variable(name),
    Option.getOrElse(() => fallback),
  )

/** A number of milliseconds, as in the specification; the default if it is not a positive number. */
const milliseconds = (name: string, fallback: number) =>
  Config.integer(name).pipe(
    Effect.map(value => (value > 0 ? value : fallback)),
    Effect.orElseSucceed(() => fallback),
    Effect.map(Duration.millis),
  )

const decoded = (part: string) => {
  try {
    return decodeURIComponent(part.trim())
  } catch {
    return part.trim()
  }
}

/** Parses `key=value,key=value`, percent-encoded as in W3C Baggage. Entries without a key are left out. */
export const parsePairs = (list: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    list.split(",").flatMap(pair => {
      const at = pair.indexOf("=")
      return at > 0 && pair.slice(0, at).trim() !== ""
        ? [[decoded(pair.slice(0, at)), decoded(pair.slice(at + 1))]]
        : []
    }),
  )

const wrongEndpoint = (message: string) =>
  new TelemetryError({ reason: "Endpoint", variable: ENDPOINT, message: `${ENDPOINT} ${message}` })

const checkEndpoint = (given: string) => {
  const url = URL.canParse(given) ? new URL(given) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    const shown = JSON.stringify(given.replace(/^(.*?\/\/)?.*@/, "$1…@"))
    return wrongEndpoint(`must be a URL such as http://localhost:4318, not ${shown}`)
  }
  // fetch refuses such a URL, and it would be in the log.
  if (url.username !== "" || url.password !== "") {
    return wrongEndpoint(`must have no user and no password: put them into ${HEADERS}, as Authorization=Basic%20…`)
  }
  return Effect.succeed(given.replace(/\/+$/, ""))
}

const isHeader = ([name, value]: readonly [string, string]) => {
  try {
    new Headers([[name, value]])
    return true
  } catch {
    return false
  }
}

const checkHeaders = (given: string) => {
  const headers = parsePairs(given)
  const wrong = Object.entries(headers).find(header => !isHeader(header))
  if (wrong === undefined) return Effect.succeed(headers)
  const message = `${HEADERS} has a name or a value that HTTP does not allow, at ${JSON.stringify(wrong[0])}`
  return new TelemetryError({ reason: "Headers", variable: HEADERS, message })
}

const checkProtocol = (given: string) => {
  if (given === "http/json") return Effect.succeed("json" as const)
  if (given === "http/protobuf") return Effect.succeed("protobuf" as const)
  return new TelemetryError({
    reason: "Protocol",
    variable: PROTOCOL,
    message: `${PROTOCOL} must be http/protobuf or http/json, not ${JSON.stringify(given)}`,
  })
}

/** The settings from the variables. Defaults are the specification's, but for the name of the service. */
export const read = (service: string): Effect.Effect<OtlpSettings, TelemetryError> =>
  Effect.gen(function* () {
    const { "service.name": named = service, ...attributes } = parsePairs(yield* text("OTEL_RESOURCE_ATTRIBUTES", ""))
    return {
      endpoint: yield* checkEndpoint(yield* text(ENDPOINT, "http://localhost:4318")),
      encoding: yield* checkProtocol(yield* text(PROTOCOL, "http/protobuf")),
      headers: yield* checkHeaders(yield* text(HEADERS, "")),
      timeout: yield* milliseconds("OTEL_EXPORTER_OTLP_TIMEOUT", 10_000),
      metricsInterval: yield* milliseconds("OTEL_METRIC_EXPORT_INTERVAL", 60_000),
      serviceName: yield* text("OTEL_SERVICE_NAME", named),
      attributes,
    }
  })
