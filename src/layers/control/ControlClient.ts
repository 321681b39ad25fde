/** Asks the daemon. Each call has a connection of its own, so that nothing has to be kept open or mended. */
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { wordsFor } from "../system/errno.ts"
import { RuntimeDir, type RuntimeDirError } from "../system/RuntimeDir.ts"
import { exchange, openLines } from "./exchange.ts"
import { type Pinger, pinger } from "./pinger.ts"

/**
 * The daemon gave no result. `path` is its socket.
 *
 * - `NotRunning`: nobody listens there. `Denied`: no permission. `NoAnswer`: somebody listens, and the answer did not come
 *   in time, or the connection broke, or went while it was watched (`cause` is the errno, `DEADLINE` or `EOF`).
 * - `Rpc`: the daemon refused; `code` is JSON-RPC's, `cause` the error object. `Malformed`: what came is no answer.
 */
export class ControlClientError extends Data.TaggedError("ControlClientError")<{
  readonly reason: "NotRunning" | "NoAnswer" | "Denied" | "Rpc" | "Malformed"
  readonly path: string
  readonly code: number | undefined
  readonly message: string
  readonly cause: unknown
}> {}

export class ControlClient extends Context.Tag("i3pm/ControlClient")<
  ControlClient,
  {
    /** The `result` of one request. Its deadline, {@link DEADLINE} by default, covers connecting too. */
    readonly call: (
      method: string,
      params?: unknown,
      deadline?: Duration.DurationInput,
    ) => Effect.Effect<unknown, ControlClientError>
    /**
     * The `result` of the request, which must come within {@link DEADLINE}, then the `params` of each notification after it. Never
     * ends by itself: it fails when the daemon goes, or does not answer a `ping` in time. Who is {@link WATCH_BUFFER} items behind loses the oldest.
     */
    readonly watch: (method: string, params?: unknown) => Stream.Stream<unknown, ControlClientError>
  }
>() {}

/** How long an answer may take: the daemon promises 100 ms, and a busy machine needs some room. */
const DEADLINE: Duration.Duration = Duration.millis(250)

/** Items a watcher may be behind. */
const WATCH_BUFFER = 1024

const REQUEST_ID = 1
const PING_ID = 2

const requestLine = (method: string, params: unknown, id = REQUEST_ID) =>
  JSON.stringify({ jsonrpc: "2.0", method, ...(params === undefined ? {} : { params }), id })

const noConnection: Readonly<Record<string, readonly [ControlClientError["reason"], string]>> = {
  ENOENT: ["NotRunning", "the daemon is not running: there is no socket"],
  ENOTDIR: ["NotRunning", "the daemon is not running: there is no socket"],
  ENAMETOOLONG: ["NotRunning", "the daemon can not listen there: the path is too long for a socket"],
  ECONNREFUSED: ["NotRunning", "the daemon is not running: nobody listens"],
  EACCES: ["Denied", wordsFor("EACCES")],
  EPERM: ["Denied", wordsFor("EPERM")],
  DEADLINE: ["NoAnswer", "the daemon did not answer in time"],
  EOF: ["NoAnswer", "the daemon closed the connection"],
  EAGAIN: ["NoAnswer", "the daemon does not accept connections"],
  EMSGSIZE: ["Malformed", "the answer is too long"],
  EILSEQ: ["Malformed", "the answer is not UTF-8"],
}

const connectionError = (path: string, code: string) => {
  const [reason, text] = noConnection[code] ?? (["NoAnswer", `the connection broke: ${wordsFor(code)}`] as const)
  return new ControlClientError({ reason, path, code: undefined, message: `${text} (${path})`, cause: code })
}

const malformed = (path: string, line: string, cause?: unknown) =>
  new ControlClientError({
    reason: "Malformed",
    path,
    code: undefined,
    message: `what listens on ${path} does not speak JSON-RPC 2.0: ${JSON.stringify(line.slice(0, 80))}`,
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

/** An error is taken whatever its id: the answer to a request that could not be read has none. */
const resultIn = (path: string, method: string, line: string): Either.Either<unknown, ControlClientError> =>
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

const paramsIn = (path: string, line: string): Either.Either<unknown, ControlClientError> =>
  Either.flatMap(parse(path, line), message =>
    "method" in message
      ? Either.right("params" in message ? message.params : undefined)
      : Either.left(malformed(path, line)),
  )

const isNotification = (path: string, line: string) => Either.isRight(paramsIn(path, line))

const isPong = (path: string, line: string) =>
  Either.match(parse(path, line), { onLeft: () => false, onRight: answer => "id" in answer && answer.id === PING_ID })

const watch = (path: string, method: string, params: unknown): Stream.Stream<unknown, ControlClientError> =>
  Stream.asyncPush<unknown, ControlClientError>(
    emit =>
      Effect.acquireRelease(
        Effect.sync(() => {
          let answered = false
          let pings: Pinger | undefined
          const take = (line: string) => {
            // Older than the result that is still to come, which says it all.
            if (!answered && isNotification(path, line)) return
            if (answered && isPong(path, line)) return pings?.answered()
            const item = answered ? paramsIn(path, line) : resultIn(path, method, line)
            answered = true
            clearTimeout(timer)
            Either.match(item, { onLeft: fail, onRight: emit.single })
          }
          const close = openLines(path, requestLine(method, params), {
            onOpen: send => {
              pings = pinger({
                ping: () => send(requestLine("ping", undefined, PING_ID)),
                missed: () => fail(connectionError(path, "DEADLINE")),
              })
            },
            onLine: take,
            onEnd: code => fail(connectionError(path, code)),
          })
          const stop = () => {
            clearTimeout(timer)
            pings?.stop()
            close()
          }
          const fail = (error: ControlClientError) => {
            stop()
            emit.fail(error)
          }
          const timer = setTimeout(() => fail(connectionError(path, "DEADLINE")), Duration.toMillis(DEADLINE))
          return stop
        }),
        stop => Effect.sync(stop),
      ),
    { bufferSize: WATCH_BUFFER, strategy: "sliding" },
  )

/** Nobody is asked in a directory where others may listen. */
const refusing = ({ message, path }: RuntimeDirError) => {
  const error = new ControlClientError({ reason: "Denied", path, code: undefined, message, cause: undefined })
  return ControlClient.of({ call: () => Effect.fail(error), watch: () => Stream.fail(error) })
}

const make = Effect.map(RuntimeDir, ({ controlSocketPath: path, refusal }) => {
  if (refusal !== undefined) return refusing(refusal)
  return ControlClient.of({
    call: (method, params, deadline = DEADLINE) =>
      Effect.async(resume => {
        const cancel = exchange(path, requestLine(method, params), Duration.toMillis(deadline), result =>
          resume(result.ok ? resultIn(path, method, result.line) : Effect.fail(connectionError(path, result.code))),
        )
        return Effect.sync(cancel)
      }),
    watch: (method, params) => watch(path, method, params),
  })
})

/** The daemon of this runtime directory; whether it runs is seen when it is asked. */
export const layer: Layer.Layer<ControlClient, never, RuntimeDir> = Layer.effect(ControlClient, make)
