/** The lines of JSON-RPC 2.0 as the client writes and reads them. Pure, no Effect runtime: the CLI's fast path uses it. */

const REQUEST_ID = 1

/** The id of a {@link pingLine}. */
export const PING_ID = 2

/** A request as one line. Each connection has one request. */
export const requestLine = (method: string, params: unknown, id = REQUEST_ID): string =>
  JSON.stringify({ jsonrpc: "2.0", method, ...(params === undefined ? {} : { params }), id })

/** A `ping` beside the request of a connection. */
export const pingLine: string = requestLine("ping", undefined, PING_ID)

/** What a line says. `Malformed`: it is no answer; `cause` is the parser's error, if it is not JSON. */
export type RpcAnswer =
  | { readonly _tag: "Result"; readonly result: unknown }
  | { readonly _tag: "Error"; readonly code: number; readonly text: string; readonly error: object }
  | { readonly _tag: "Malformed"; readonly cause?: unknown }

type Malformed = Extract<RpcAnswer, { readonly _tag: "Malformed" }>

/** The object that a line is; `Malformed` for anything else. */
export const objectIn = (line: string): { readonly _tag: "Object"; readonly value: object } | Malformed => {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === "object" && value !== null ? { _tag: "Object", value } : { _tag: "Malformed" }
  } catch (cause) {
    return { _tag: "Malformed", cause }
  }
}

/** The answer to a {@link requestLine}. An error counts whatever its id: the answer to an unreadable request has none. */
export const answerIn = (line: string): RpcAnswer => {
  const parsed = objectIn(line)
  if (parsed._tag !== "Object") return parsed
  const answer = parsed.value
  if ("error" in answer && typeof answer.error === "object" && answer.error !== null) {
    const { error } = answer
    return "code" in error && typeof error.code === "number" && "message" in error
      ? { _tag: "Error", code: error.code, text: String(error.message), error }
      : { _tag: "Malformed" }
  }
  return "result" in answer && "id" in answer && answer.id === REQUEST_ID
    ? { _tag: "Result", result: answer.result }
    : { _tag: "Malformed" }
}
