/** A request whose result is followed by notifications, on a connection of its own. */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Stream from "effect/Stream"
import { type ControlClientError, connectionError, isPong, paramsIn, resultIn } from "./answers.ts"
import { type LinesHandlers, openLines } from "./exchange.ts"
import type { OpenedLines } from "./openedLines.ts"
import { type Pinger, pinger } from "./pinger.ts"
import { pingLine, requestLine } from "./rpcLines.ts"

/** The buffer of a watcher, in items. */
export const WATCH_BUFFER = 1024

/** What is watched. `deadline` is for the result. With `opened` the request was sent and its result read already: notifications follow. */
export interface WatchOptions {
  readonly path: string
  readonly method: string
  readonly params: unknown
  readonly deadline: Duration.Duration
  readonly opened?: OpenedLines | undefined
}

/** Where the items of a watch go. `fail` is called once, as the last one. */
export interface WatchHandlers {
  readonly item: (value: unknown) => void
  readonly fail: (error: ControlClientError) => void
}

/** Opens the connection, or goes on with an open one. The returned function closes it. */
export const openWatch = (
  { deadline, method, opened, params, path }: WatchOptions,
  handlers: WatchHandlers,
): (() => void) => {
  let hasResult = opened !== undefined
  let pings: Pinger | undefined
  const onLine = (line: string) => {
    // A notification before the result is older than the result, which has the whole state.
    if (!hasResult && Either.isRight(paramsIn(path, line))) return
    if (hasResult && isPong(line)) return pings?.answered()
    const value = hasResult ? paramsIn(path, line) : resultIn(path, method, line)
    hasResult = true
    clearTimeout(timer)
    Either.match(value, { onLeft: fail, onRight: handlers.item })
  }
  const open = (lines: LinesHandlers) =>
    opened === undefined ? openLines(path, requestLine(method, params), lines) : opened.follow(lines)
  const close = open({
    onOpen: send => {
      pings = pinger({ ping: () => send(pingLine), missed: () => fail(connectionError(path, "DEADLINE")) })
    },
    onLine,
    onEnd: code => fail(connectionError(path, code)),
  })
  const stop = () => {
    clearTimeout(timer)
    pings?.stop()
    close()
  }
  const fail = (error: ControlClientError) => {
    stop()
    handlers.fail(error)
  }
  const timer = hasResult
    ? undefined
    : setTimeout(() => fail(connectionError(path, "DEADLINE")), Duration.toMillis(deadline))
  return stop
}

/** The items as a stream. A reader more than {@link WATCH_BUFFER} items behind loses the oldest. */
export const watch = (options: WatchOptions): Stream.Stream<unknown, ControlClientError> =>
  Stream.asyncPush<unknown, ControlClientError>(
    emit =>
      Effect.acquireRelease(
        Effect.sync(() => openWatch(options, { item: emit.single, fail: emit.fail })),
        stop => Effect.sync(stop),
      ),
    { bufferSize: WATCH_BUFFER, strategy: "sliding" },
  )
