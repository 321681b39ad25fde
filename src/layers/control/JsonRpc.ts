/**
 * JSON-RPC 2.0 over text, exactly as https://www.jsonrpc.org/specification has it. Pure: no transport, no files.
 *
 * The package `json-rpc-2.0` answers a batch that has one answer with a bare object, where the specification wants an array.
 */
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import { yieldToEventLoop } from "../system/eventLoop.ts"

/** What JSON can say. */
export type Json = null | boolean | number | string | ReadonlyArray<Json> | { readonly [key: string]: Json }

/** The codes that the specification reserves (its section 5.1), by what they mean. */
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
 * A method's refusal. A `code` that the specification reserves goes out with the specification's message; a `message` that
 * differs from it then becomes `data`, unless there is `data` already. Other codes go out as they are.
 */
export class RpcError extends Data.TaggedError("RpcError")<{
  readonly code: number
  readonly message: string
  readonly data?: Json
}> {}

/** -32602; the explanation says which parameter is wrong and what it should be. It becomes `error.data`. */
export const invalidParams = (explanation: string): RpcError =>
  new RpcError({ code: codes.invalidParams, message: "Invalid params", data: explanation })

/** -32603; the explanation says what failed. It becomes `error.data`. */
export const internalError = (explanation: string): RpcError =>
  new RpcError({ code: codes.internalError, message: "Internal error", data: explanation })

/** `params` is undefined, an object or an array. A defect becomes -32603, and is logged. */
export type Method<R = never> = (params: unknown) => Effect.Effect<Json, RpcError, R>

/** The methods by name. Only own properties count, so `toString` is no method unless it was put there. */
export type Methods<R = never> = Readonly<Record<string, Method<R>>>

/** Most requests in one batch; a larger batch gets one Invalid Request whose `data` says so. */
export const MAX_BATCH = 1000

/** Most characters in the answers of one batch; requests after that are not run, and each gets a short error that says so. */
export const MAX_ANSWER = 1024 * 1024

/** Members of a batch between two turns of the event loop. */
const PIECE = 32

type Id = string | number | null

const errorAnswer = (code: number, message: string, id: Id, data?: Json): string =>
  JSON.stringify({ jsonrpc: "2.0", error: data === undefined ? { code, message } : { code, message, data }, id })

/** An answer to something that has no id: the text of one error object. `data` explains what the message can not. */
export const errorText = (code: (typeof codes)[keyof typeof codes], data?: Json): string =>
  errorAnswer(code, standardMessages[code] ?? "", null, data)

/** A notification from the server to its client: the text of a request without id. */
export const notificationText = (method: string, params: Json): string =>
  JSON.stringify({ jsonrpc: "2.0", method, params })

const refusal = (error: RpcError, id: Id): string => {
  const standard = standardMessages[error.code]
  if (standard === undefined) return errorAnswer(error.code, error.message, id, error.data)
  return errorAnswer(error.code, standard, id, error.data ?? (error.message === standard ? undefined : error.message))
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** `1e999` is a number in JSON and none that could come back. */
const isId = (value: unknown): value is Id =>
  value === null || typeof value === "string" || (typeof value === "number" && Number.isFinite(value))

const isStructured = (value: unknown) => typeof value === "object" && value !== null

/** The text of the one answer to a request; undefined for a notification. */
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
      // Inside, so that a result too deep to be written is a defect like any other.
      Effect.map(result => JSON.stringify({ jsonrpc: "2.0", result: result ?? null, id })),
      Effect.catchAllDefect(defect =>
        Effect.zipRight(
          Effect.logError(`control method ${name} died`, defect),
          new RpcError({ code: codes.internalError, message: "Internal error" }),
        ),
      ),
      Effect.catchAll(error => Effect.try(() => refusal(error, id))),
      Effect.orElseSucceed(() => errorAnswer(codes.internalError, "Internal error", id)),
      Effect.map(text => (isNotification ? undefined : text)),
    )
  })

/** The answer to a request that comes after {@link MAX_ANSWER}. */
const tooLong = (request: unknown): string | undefined => {
  if (!isRecord(request)) return errorText(codes.invalidRequest)
  if (!Object.hasOwn(request, "id")) return undefined
  const id = isId(request["id"]) ? request["id"] : null
  const why = `the answers of this batch are longer than ${MAX_ANSWER} characters: ask for less at once`
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
 * Answers one text: a request, a notification or a batch, whose members run one after the other in their order.
 *
 * Succeeds with one line of JSON, or with undefined when no answer is due: a notification, or a batch of only those.
 * Never fails and never dies; only an interruption gets through. An id comes back with its own type and value (numbers as
 * far as a double holds them), also with an Invalid Request, if it could be read; else the id is null.
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
