/** The way to the collector, made so that one that is down, slow or broken costs little and is told of once. */
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

/** Requests on their way at the same time. More are given up at once: each holds a batch in memory. */
const MOST_REQUESTS = 4

/** Twice more, after one and two seconds: a collector that is being restarted is back by then, or it is not. */
const again = Schedule.exponential(Duration.seconds(1)).pipe(Schedule.intersect(Schedule.recurs(2)))

/** A warning for each kind of telemetry, and not again within this time, however often the collector comes and goes. */
const silence = Duration.minutes(10)

/** What OTLP calls retryable, and a connection that failed. */
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
  return codeIn(error.cause) ?? error.description ?? error.message
}

/** Of a reason that the exporter does not try again for: that has been done here. It pauses for a minute. */
const finalError = (request: HttpClientRequest.HttpClientRequest, description: string) =>
  new HttpClientError.RequestError({ request, reason: "Encode", description })

/** No collector has more to say in an answer. What comes behind it is not read: the connection is given up instead. */
const LONGEST_ANSWER = 64 * 1024

/** Reads an answer to its end, or as much of it as a collector may send. */
const drain = ({ stream }: HttpClientResponse.HttpClientResponse) =>
  Stream.runFoldWhile(
    stream,
    0,
    size => size < LONGEST_ANSWER,
    (size, chunk) => size + chunk.length,
  )

/** One request: its answer is read to the end, so that the connection is free again, within the time. */
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
    let underWay = 0

    const warn = (url: string, why: string) =>
      Effect.flatMap(Clock.currentTimeMillis, now => {
        if (now - (warnedAt.get(url) ?? Number.NEGATIVE_INFINITY) < Duration.toMillis(silence)) return Effect.void
        warnedAt.set(url, now)
        return Effect.logWarning(`telemetry does not reach ${url}: ${why}; it is tried again each minute`)
      })

    return HttpClient.transform(client, (answer, request) =>
      Effect.suspend(() => {
        if (underWay >= MOST_REQUESTS) return finalError(request, "too many requests are under way")
        underWay += 1
        return once(request, answer, timeout).pipe(
          Effect.retry({ schedule: again, while: isRetryable }),
          Effect.ensuring(
            Effect.sync(() => {
              underWay -= 1
            }),
          ),
          Effect.tapError(error => warn(request.url, whyOf(error))),
          Effect.mapError(error => finalError(request, whyOf(error))),
        )
      }),
    )
  })

/** `timeout` is for one request, its answer included. */
export const layer = (timeout: Duration.Duration): Layer.Layer<HttpClient.HttpClient> =>
  Layer.effect(HttpClient.HttpClient, make(timeout)).pipe(Layer.provide(FetchHttpClient.layer))
