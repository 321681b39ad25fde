/**
 * One i3 IPC connection. Requests are pipelined, and replies are matched to them in order.
 *
 * SwayConnection, SwayEvents and SocketProbe are built on it; programs use those.
 */
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FiberHandle from "effect/FiberHandle"
import type * as Scope from "effect/Scope"
import { monotonic, monotonicOf } from "../system/monotonic.ts"
import { type ConnectError, kept, type UnixSocket } from "../system/UnixSocket.ts"
import { ConnectionLost, type RequestError, requestError } from "./IpcErrors.ts"
import type { RequestName } from "./Message.ts"
import { type OnEvent, Pipeline } from "./Pipeline.ts"

/** An open connection. */
export interface IpcClient {
  readonly path: string
  /**
   * Sends a request and gives the payload of its reply, or fails with `Timeout` after `deadline`. After a timeout or an
   * interruption the request stays in flight: its late reply is dropped and not taken for another's.
   */
  readonly send: (
    request: RequestName,
    payload: string,
    deadline: Duration.Duration,
  ) => Effect.Effect<Buffer, RequestError>
  /** How long the oldest request has been in flight, in milliseconds; 0 when there is none. */
  readonly silence: Effect.Effect<number>
  /** Fails when the connection ends, whatever the cause. */
  readonly closed: Effect.Effect<never, ConnectionLost>
}

/**
 * One timer for all deadlines of a connection, set to the earliest: a timer for each request would cost more than the request.
 */
const makeDeadlines = (expire: (now: number) => number) =>
  Effect.gen(function* () {
    const clock = yield* Effect.clock
    const handle = yield* FiberHandle.make<void>()
    const run = yield* FiberHandle.runtime(handle)<never>()
    let wakeAt = Number.POSITIVE_INFINITY
    const arm = (deadline: number): void => {
      if (deadline >= wakeAt) return
      wakeAt = deadline
      const wait = Math.max(0, deadline - monotonicOf(clock))
      run(Effect.delay(Effect.sync(sweep), wait))
    }
    const sweep = () => {
      wakeAt = Number.POSITIVE_INFINITY
      arm(expire(monotonicOf(clock)))
    }
    return { arm, now: () => monotonicOf(clock) }
  })

/** Opens a connection for as long as the scope lives. When the scope closes, requests in flight fail. */
export const make = (
  socket: UnixSocket["Type"],
  path: string,
  onEvent: OnEvent = () => {},
): Effect.Effect<IpcClient, ConnectError, Scope.Scope> =>
  Effect.gen(function* () {
    const closed = yield* Deferred.make<never, ConnectionLost>()
    const pipeline = new Pipeline(path, onEvent, lost =>
      Deferred.unsafeDone(closed, Exit.fail(new ConnectionLost(lost))),
    )
    const deadlines = yield* makeDeadlines(now => pipeline.expire(now))
    yield* Effect.addFinalizer(() =>
      Effect.sync(() => pipeline.lose({ reason: "Closed", path, message: `the connection to ${path} was closed` })),
    )
    pipeline.wire = yield* socket.connect(path, {
      onData: chunk => pipeline.receive(chunk),
      onClose: code => pipeline.close(code),
    })
    return {
      path,
      send: (request, payload, wait) =>
        Effect.async<Buffer, RequestError>(resume => {
          const now = deadlines.now()
          const deadline = now + Duration.toMillis(wait)
          const entry = pipeline.send(request, payload, { now, deadline }, outcome =>
            resume(outcome.ok ? Effect.succeed(kept(outcome.payload)) : Effect.fail(requestError(outcome.fault))),
          )
          if (entry === undefined) return
          deadlines.arm(deadline)
          return Effect.sync(() => {
            entry.resume = undefined
          })
        }),
      silence: Effect.map(monotonic, now => now - (pipeline.waitingSince ?? now)),
      closed: Deferred.await(closed),
    }
  })
