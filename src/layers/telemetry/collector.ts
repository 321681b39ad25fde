/** An HTTP client for the collector. A collector that is down, slow or broken costs little and is logged once. */
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientError from "@effect/platform/HttpClientError"
import type * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import type * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import { wordsFor } from "../system/errno.ts"

/** Most requests in flight. Further ones fail at once, because each holds a batch in memory. */
const MOST_REQUESTS = 4

/** Two retries, after one and two seconds: enough for a collector that is being restarted. */
const retrySchedule = Schedule.exponential(Duration.seconds(1)).pipe(Schedule.intersect(Schedule.recurs(2)))

/** The shortest time between two warnings about one kind of telemetry. */
const warningInterval = Duration.minutes(10)

/** The statuses that OTLP calls retryable. */
const RETRYABLE: ReadonlySet<number> = new Set([429, 502, 503, 504])

const isRetryable = (error: HttpClientError.HttpClientError) =>
  error._tag === "RequestError" ? error.reason === "Transport" : RETRYABLE.has(error.response.status)

const codeIn = (cause: unknown): string | undefined => {
  if (typeof cause !== "object" || cause === null) return undefined
  if ("code" in cause && typeof cause.code === "string") return cause.code
  return "cause" in cause ? codeIn(cause.cause) : undefined
}

const whyOf = (error: HttpClientError.HttpClientError) => {
  if (error._tag === "ResponseError") return `it answers ${error.response.status}`
  const code = codeIn(error.cause)
  return code === undefined ? (error.description ?? error.message) : wordsFor(code)
}

/** An error that the exporter does not retry, since that was done here. The exporter then pauses for a minute. */
const finalError = (request: HttpClientRequest.HttpClientRequest, description: string) =>
  new HttpClientError.RequestError({ request, reason: "Encode", description })

/** Most bytes of an answer that are read. After that the connection is closed. */
const MAX_ANSWER = 64 * 1024

/** Reads an answer to its end, or to its limit. */
const drain = ({ stream }: HttpClientResponse.HttpClientResponse) =>
  Stream.runFoldWhile(
    stream,
    0,
    size => size < MAX_ANSWER,
    (size, chunk) => size + chunk.length,
  )

/** One request. Its answer is read to the end, so that the connection can be used again. `timeout` covers both. */
const once = (
  request: HttpClientRequest.HttpClientRequest,
  answer: Effect.Effect<HttpClientResponse.HttpClientResponse, HttpClientError.HttpClientError>,
  timeout: Duration.Duration,
) =>
  answer.pipe(
    Effect.tap(response => Effect.ignore(drain(response))),
    Effect.timeoutFail({
      duration: timeout,
      onTimeout: () =>
        new HttpClientError.RequestError({
          request,
          reason: "Transport",
          description: `no answer within ${Duration.format(timeout)}`,
        }),
    }),
    Effect.filterOrFail(
      ({ status }) => status >= 200 && status < 300,
      response => new HttpClientError.ResponseError({ request, response, reason: "StatusCode" }),
    ),
  )

const make = (timeout: Duration.Duration) =>
  Effect.gen(function* () {
    const client = yield* HttpClient.HttpClient
    const warnedAt = new Map<string, number>()
    let inFlight = 0

    const warn = (url: string, why: string) =>
      Effect.flatMap(Clock.currentTimeMillis, now => {
        if (now - (warnedAt.get(url) ?? Number.NEGATIVE_INFINITY) < Duration.toMillis(warningInterval))
          return Effect.void
        warnedAt.set(url, now)
        return Effect.logWarning(`telemetry does not reach ${url}: ${why}; retrying every minute`)
      })

    return HttpClient.transform(client, (answer, request) =>
      Effect.suspend(() => {
        if (inFlight >= MOST_REQUESTS) return finalError(request, "too many requests in flight")
        inFlight += 1
        return once(request, answer, timeout).pipe(
          Effect.retry({ schedule: retrySchedule, while: isRetryable }),
          Effect.ensuring(
            Effect.sync(() => {
              inFlight -= 1
            }),
          ),
          Effect.tapError(error => warn(request.url, whyOf(error))),
          Effect.mapError(error => finalError(request, whyOf(error))),
        )
      }),
    )
  })

/** The client. `timeout` is for one request, its answer included. */
export const layer = (timeout: Duration.Duration): Layer.Layer<HttpClient.HttpClient> =>
  Layer.effect(HttpClient.HttpClient, make(timeout)).pipe(Layer.provide(FetchHttpClient.layer))
