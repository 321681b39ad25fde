/** The answers of a daemon or a relay as the client reads them, and the errors it can get. Pure. */
import * as Data from "effect/Data"
import * as Either from "effect/Either"
import { wordsFor } from "../system/errno.ts"
import type { ControlledProgram } from "./ControlledProgram.ts"
import { answerIn, objectIn, PING_ID } from "./rpcLines.ts"

/**
 * There is no result from the program. `path` is its socket.
 *
 * - `NotRunning`: there is no listener. `Denied`: no permission.
 * - `NoAnswer`: no answer in time, or the connection broke (`cause` is the errno, `DEADLINE` or `EOF`).
 * - `Rpc`: it answered with an error; `code` is JSON-RPC's, `cause` the error object.
 * - `Malformed`: the reply is not JSON-RPC.
 */
export class ControlClientError extends Data.TaggedError("ControlClientError")<{
  readonly reason: "NotRunning" | "NoAnswer" | "Denied" | "Rpc" | "Malformed"
  readonly path: string
  readonly code: number | undefined
  readonly message: string
  readonly cause: unknown
}> {}

const connectionReasons: Readonly<
  Record<string, readonly [ControlClientError["reason"], (program: ControlledProgram) => string]>
> = {
  ENOENT: ["NotRunning", program => `the ${program} is not running: there is no socket`],
  ENOTDIR: ["NotRunning", program => `the ${program} is not running: there is no socket`],
  ENAMETOOLONG: ["NotRunning", program => `the ${program} cannot listen there: the path is too long for a socket`],
  ECONNREFUSED: ["NotRunning", program => `the ${program} is not running: the socket has no listener`],
  EACCES: ["Denied", () => wordsFor("EACCES")],
  EPERM: ["Denied", () => wordsFor("EPERM")],
  DEADLINE: ["NoAnswer", program => `the ${program} did not answer in time`],
  EOF: ["NoAnswer", program => `the ${program} closed the connection`],
  EAGAIN: ["NoAnswer", program => `the ${program} does not accept connections`],
  EMSGSIZE: ["Malformed", () => "the answer is too long"],
  EILSEQ: ["Malformed", () => "the answer is not UTF-8"],
}

/** The error for a code of `ExchangeResult`. */
export const connectionError = (
  path: string,
  code: string,
  program: ControlledProgram = "daemon",
): ControlClientError => {
  const broken = () => `the connection broke: ${wordsFor(code)}`
  const [reason, text] = connectionReasons[code] ?? (["NoAnswer", broken] as const)
  return new ControlClientError({ reason, path, code: undefined, message: `${text(program)} (${path})`, cause: code })
}

const malformed = (path: string, line: string, cause?: unknown) =>
  new ControlClientError({
    reason: "Malformed",
    path,
    code: undefined,
    message: `the listener on ${path} does not speak JSON-RPC 2.0: ${JSON.stringify(line.slice(0, 80))}`,
    cause,
  })

const rpcError = (
  { path, program }: { readonly path: string; readonly program: ControlledProgram },
  method: string,
  { code, error, text }: { readonly code: number; readonly text: string; readonly error: object },
) => {
  const data = "data" in error && error.data !== undefined ? `: ${JSON.stringify(error.data)}` : ""
  const message = `the ${program} refused ${method}: ${text} (${code})${data}`
  return new ControlClientError({ reason: "Rpc", path, code, message, cause: error })
}

/** The `result` of the answer. */
export const resultIn = (
  path: string,
  method: string,
  line: string,
  program: ControlledProgram = "daemon",
): Either.Either<unknown, ControlClientError> => {
  const answer = answerIn(line)
  switch (answer._tag) {
    case "Result":
      return Either.right(answer.result)
    case "Error":
      return Either.left(rpcError({ path, program }, method, answer))
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
