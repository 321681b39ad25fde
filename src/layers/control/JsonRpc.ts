/**
 * JSON-RPC 2.0 over text, see https://www.jsonrpc.org/specification. Pure: no transport, no files.
 *
 * Written by hand, since the package `json-rpc-2.0` answers a batch with one answer by an object instead of an array.
 */
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import { yieldToEventLoop } from "../system/eventLoop.ts"
import { readableJson } from "../system/rawText.ts"

/** A value of JSON. */
export type Json = null | boolean | number | string | ReadonlyArray<Json> | { readonly [key: string]: Json }

/** The reserved error codes (section 5.1 of the specification). */
export const codes = {
  parseError: -32700,
  invalidRequest: -32600,
  methodNotFound: -32601,
  invalidParams: -32602,
  internalError: -32603,
} as const

const standardMessages: Readonly<Record<number, string>> = {
  [codes.parseError]: "Parse error",
  [codes.invalidRequest]: "Invalid Request",
  [codes.methodNotFound]: "Method not found",
  [codes.invalidParams]: "Invalid params",
  [codes.internalError]: "Internal error",
}

/**
 * The error of a method. With a reserved `code` the client gets the message of the specification, and `message` becomes `data`
 * if there is no `data` yet. Any other error is sent as it is.
 */
export class RpcError extends Data.TaggedError("RpcError")<{
  readonly code: number
  readonly message: string
  readonly data?: Json
}> {}

/** -32602. `explanation` says which parameter is wrong and what it should be; it is sent as `error.data`. */
export const invalidParams = (explanation: string): RpcError =>
  new RpcError({ code: codes.invalidParams, message: "Invalid params", data: explanation })

/** -32603. `explanation` says what failed; it is sent as `error.data`. */
export const internalError = (explanation: string): RpcError =>
  new RpcError({ code: codes.internalError, message: "Internal error", data: explanation })

/** `params` is undefined, an object or an array. A defect is logged and sent as -32603. */
export type Method<R = never> = (params: unknown) => Effect.Effect<Json, RpcError, R>

/** The methods by name. Only own properties count, so that `toString` is not a method. */
export type Methods<R = never> = Readonly<Record<string, Method<R>>>

/** The most requests in one batch. A larger batch gets one Invalid Request, whose `data` says why. */
export const MAX_BATCH = 1000

/** The most characters in the answers of one batch. The requests after that are not run; each gets an error that says why. */
export const MAX_ANSWER = 1024 * 1024

/** Requests of a batch that are answered between two turns of the event loop. */
const PIECE = 32

type Id = string | number | null

/** Only the id is the client's, and goes back as it came. */
const withId = (member: "result" | "error", value: unknown, id: Id): string =>
  `{"jsonrpc":"2.0","${member}":${readableJson(value)},"id":${JSON.stringify(id)}}`

const errorAnswer = (code: number, message: string, id: Id, data?: Json): string =>
  withId("error", data === undefined ? { code, message } : { code, message, data }, id)

/** The answer to a text without a readable id: one error object. `data` explains the error. */
export const errorText = (code: (typeof codes)[keyof typeof codes], data?: Json): string =>
  errorAnswer(code, standardMessages[code] ?? "", null, data)

/** A notification to the client: the text of a request without id. */
export const notificationText = (method: string, params: Json): string =>
  readableJson({ jsonrpc: "2.0", method, params })

const rpcErrorAnswer = (error: RpcError, id: Id): string => {
  const standard = standardMessages[error.code]
  if (standard === undefined) return errorAnswer(error.code, error.message, id, error.data)
  return errorAnswer(error.code, standard, id, error.data ?? (error.message === standard ? undefined : error.message))
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** A number like `1e999` is Infinity here and could not be sent back. */
const isId = (value: unknown): value is Id =>
  value === null || typeof value === "string" || (typeof value === "number" && Number.isFinite(value))

const isStructured = (value: unknown) => typeof value === "object" && value !== null

/** The answer to one request; undefined for a notification. */
const answer = <R>(methods: Methods<R>, request: unknown): Effect.Effect<string | undefined, never, R> =>
  Effect.suspend(() => {
    if (!isRecord(request)) return Effect.succeed(errorText(codes.invalidRequest))
    const { jsonrpc, method: name, params } = request
    const isNotification = !Object.hasOwn(request, "id")
    const id = isId(request["id"]) ? request["id"] : null
    const isRequest =
      jsonrpc === "2.0" &&
      typeof name === "string" &&
      (!Object.hasOwn(request, "params") || isStructured(params)) &&
      (isNotification || isId(request["id"]))
    if (!isRequest) return Effect.succeed(errorAnswer(codes.invalidRequest, "Invalid Request", id))
    const method = Object.hasOwn(methods, name) ? methods[name] : undefined
    if (method === undefined) {
      return Effect.succeed(isNotification ? undefined : errorAnswer(codes.methodNotFound, "Method not found", id))
    }
    return Effect.suspend(() => method(params)).pipe(
      // JSON.stringify throws for a result that is nested too deeply. So it runs before the defects are caught.
      Effect.map(result => withId("result", result ?? null, id)),
      Effect.catchAllDefect(defect =>
        Effect.zipRight(
          Effect.logError(`control method ${name} failed`, defect),
          new RpcError({ code: codes.internalError, message: "Internal error" }),
        ),
      ),
      Effect.catchAll(error => Effect.try(() => rpcErrorAnswer(error, id))),
      Effect.orElseSucceed(() => errorAnswer(codes.internalError, "Internal error", id)),
      Effect.map(text => (isNotification ? undefined : text)),
    )
  })

/** The answer to a request that comes after {@link MAX_ANSWER}. */
const tooLong = (request: unknown): string | undefined => {
  if (!isRecord(request)) return errorText(codes.invalidRequest)
  if (!Object.hasOwn(request, "id")) return undefined
  const id = isId(request["id"]) ? request["id"] : null
  const why = `the answers of this batch are longer than ${MAX_ANSWER} characters: send smaller batches`
  return errorAnswer(codes.internalError, "Internal error", id, why)
}

const answerBatch = <R>(
  methods: Methods<R>,
  batch: ReadonlyArray<unknown>,
): Effect.Effect<string | undefined, never, R> => {
  if (batch.length === 0) return Effect.succeed(errorText(codes.invalidRequest))
  if (batch.length > MAX_BATCH) {
    return Effect.succeed(errorText(codes.invalidRequest, `a batch has at most ${MAX_BATCH} requests`))
  }
  return Effect.gen(function* () {
    const texts: Array<string> = []
    let length = 0
    for (const [index, request] of batch.entries()) {
      if (index % PIECE === PIECE - 1) yield* yieldToEventLoop
      const text = length > MAX_ANSWER ? tooLong(request) : yield* answer(methods, request)
      if (text === undefined) continue
      texts.push(text)
      length += text.length
    }
    return texts.length === 0 ? undefined : `[${texts.join(",")}]`
  })
}

/**
 * Answers one text: a request, a notification or a batch. The requests of a batch run one after the other.
 *
 * Gives one line of JSON, or undefined for a notification or a batch of notifications. It has no errors and no defects, and can
 * be interrupted. An id is sent back with its type and value (numbers as doubles), also with an Invalid Request; an id that
 * cannot be read is null.
 */
export const handle =
  <R = never>(methods: Methods<R>) =>
  (text: string): Effect.Effect<string | undefined, never, R> =>
    Effect.suspend(() => {
      let message: unknown
      try {
        message = JSON.parse(text)
      } catch {
        return Effect.succeed(errorText(codes.parseError))
      }
      return Array.isArray(message) ? answerBatch(methods, message) : answer(methods, message)
    })
