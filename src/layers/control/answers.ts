/** What a client makes of the daemon's answers: results, `params` of notifications, and the errors. Pure. */
import * as Data from "effect/Data"
import * as Either from "effect/Either"
import { wordsFor } from "../system/errno.ts"
import { answerIn, objectIn, PING_ID } from "./rpcLines.ts"

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

/** The `result` of the answer. */
export const resultIn = (path: string, method: string, line: string): Either.Either<unknown, ControlClientError> => {
  const answer = answerIn(line)
  switch (answer._tag) {
    case "Result":
      return Either.right(answer.result)
    case "Error":
      return Either.left(rpcError(path, method, answer.code, answer.text, answer.error))
    case "Malformed":
      return Either.left(malformed(path, line, answer.cause))
  }
}

/** The `params` of a notification. Left for a line that is not JSON-RPC. */
export const paramsIn = (path: string, line: string): Either.Either<unknown, ControlClientError> => {
  const parsed = objectIn(line)
  if (parsed._tag !== "Object") return Either.left(malformed(path, line, parsed.cause))
  const message = parsed.value
  return "method" in message
    ? Either.right("params" in message ? message.params : undefined)
    : Either.left(malformed(path, line))
}

/** True for the answer to a `pingLine`. */
export const isPong = (line: string): boolean => {
  const parsed = objectIn(line)
  return parsed._tag === "Object" && "id" in parsed.value && parsed.value.id === PING_ID
}
