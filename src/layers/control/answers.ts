/** The daemon's answers as the client reads them, and the errors it can get. Pure. */
import * as Data from "effect/Data"
import * as Either from "effect/Either"
import { wordsFor } from "../system/errno.ts"

/**
 * There is no result from the daemon. `path` is its socket.
 *
 * - `NotRunning`: there is no listener. `Denied`: no permission.
 * - `NoAnswer`: no answer in time, or the connection broke (`cause` is the errno, `DEADLINE` or `EOF`).
 * - `Rpc`: the daemon answered with an error; `code` is JSON-RPC's, `cause` the error object.
 * - `Malformed`: the reply is not JSON-RPC.
 */
export class ControlClientError extends Data.TaggedError("ControlClientError")<{
  readonly reason: "NotRunning" | "NoAnswer" | "Denied" | "Rpc" | "Malformed"
  readonly path: string
  readonly code: number | undefined
  readonly message: string
  readonly cause: unknown
}> {}

const REQUEST_ID = 1
const PING_ID = 2

/** A request as one line. Each connection has one request. */
export const requestLine = (method: string, params: unknown, id = REQUEST_ID): string =>
  JSON.stringify({ jsonrpc: "2.0", method, ...(params === undefined ? {} : { params }), id })

/** A `ping` beside the request of a connection. */
export const pingLine: string = requestLine("ping", undefined, PING_ID)

const connectionReasons: Readonly<Record<string, readonly [ControlClientError["reason"], string]>> = {
  ENOENT: ["NotRunning", "the daemon is not running: there is no socket"],
  ENOTDIR: ["NotRunning", "the daemon is not running: there is no socket"],
  ENAMETOOLONG: ["NotRunning", "the daemon cannot listen there: the path is too long for a socket"],
  ECONNREFUSED: ["NotRunning", "the daemon is not running: the socket has no listener"],
  EACCES: ["Denied", wordsFor("EACCES")],
  EPERM: ["Denied", wordsFor("EPERM")],
  DEADLINE: ["NoAnswer", "the daemon did not answer in time"],
  EOF: ["NoAnswer", "the daemon closed the connection"],
  EAGAIN: ["NoAnswer", "the daemon does not accept connections"],
  EMSGSIZE: ["Malformed", "the answer is too long"],
  EILSEQ: ["Malformed", "the answer is not UTF-8"],
}

/** The error for a code of `ExchangeResult`. */
export const connectionError = (path: string, code: string): ControlClientError => {
  const [reason, text] = connectionReasons[code] ?? (["NoAnswer", `the connection broke: ${wordsFor(code)}`] as const)
  return new ControlClientError({ reason, path, code: undefined, message: `${text} (${path})`, cause: code })
}

const malformed = (path: string, line: string, cause?: unknown) =>
  new ControlClientError({
    reason: "Malformed",
    path,
    code: undefined,
    message: `the listener on ${path} does not speak JSON-RPC 2.0: ${JSON.stringify(line.slice(0, 80))}`,
    cause,
  })

const rpcError = (path: string, method: string, code: number, text: string, error: object) => {
  const data = "data" in error && error.data !== undefined ? `: ${JSON.stringify(error.data)}` : ""
  const message = `the daemon refused ${method}: ${text} (${code})${data}`
  return new ControlClientError({ reason: "Rpc", path, code, message, cause: error })
}

const parse = (path: string, line: string): Either.Either<object, ControlClientError> =>
  Either.flatMap(
    Either.try({ try: (): unknown => JSON.parse(line), catch: cause => malformed(path, line, cause) }),
    value => (typeof value === "object" && value !== null ? Either.right(value) : Either.left(malformed(path, line))),
  )

/** The `result` of the answer. An error counts whatever its id: the answer to an unreadable request has none. */
export const resultIn = (path: string, method: string, line: string): Either.Either<unknown, ControlClientError> =>
  Either.flatMap(parse(path, line), answer => {
    if ("error" in answer && typeof answer.error === "object" && answer.error !== null) {
      const { error } = answer
      return "code" in error && typeof error.code === "number" && "message" in error
        ? Either.left(rpcError(path, method, error.code, String(error.message), error))
        : Either.left(malformed(path, line))
    }
    return "result" in answer && "id" in answer && answer.id === REQUEST_ID
      ? Either.right(answer.result)
      : Either.left(malformed(path, line))
  })

/** The `params` of a notification. Left for a line that is not JSON-RPC. */
export const paramsIn = (path: string, line: string): Either.Either<unknown, ControlClientError> =>
  Either.flatMap(parse(path, line), message =>
    "method" in message
      ? Either.right("params" in message ? message.params : undefined)
      : Either.left(malformed(path, line)),
  )

/** True for the answer to {@link pingLine}. */
export const isPong = (path: string, line: string): boolean =>
  Either.match(parse(path, line), { onLeft: () => false, onRight: answer => "id" in answer && answer.id === PING_ID })
