/**
 * One i3 IPC connection: requests pipelined on one wire and matched to their replies in order.
 *
 * The building brick of SwayConnection, SwayEvents and the probe of discovery; programs use those.
 */
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FiberHandle from "effect/FiberHandle"
import type * as Scope from "effect/Scope"
import { monotonic, monotonicOf } from "../system/monotonic.ts"
import type { ConnectError, UnixSocket } from "../system/UnixSocket.ts"
import { ConnectionLost, type RequestError } from "./IpcErrors.ts"
import type { RequestName } from "./Message.ts"
import { type OnEvent, Pipeline } from "./Pipeline.ts"

export interface IpcClient {
  readonly path: string
  /**
   * Sends a request, gives the payload of its reply, or fails with `Timeout` after `deadline`. To give up a wait, by
   * deadline or interruption, leaves the request its place: the reply is dropped when it comes, and no other reply moves.
   */
  readonly send: (
    request: RequestName,
    payload: string,
    deadline: Duration.Duration,
  ) => Effect.Effect<Buffer, RequestError>
  /** How long the oldest request without a reply has waited, in milliseconds; 0 when none waits. */
  readonly silence: Effect.Effect<number>
  /** Fails when the connection ends, whatever the cause. */
  readonly closed: Effect.Effect<never, ConnectionLost>
}

/**
 * One timer for all the deadlines of a connection, set to the earliest: a timer for each request would cost more than the
 * request itself.
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

/** Opens a connection; it lives as long as the scope, and closing the scope fails every request that waits. */
export const make = (
  socket: UnixSocket["Type"],
  path: string,
  onEvent: OnEvent = () => {},
): Effect.Effect<IpcClient, ConnectError, Scope.Scope> =>
  Effect.gen(function* () {
    const closed = yield* Deferred.make<never, ConnectionLost>()
    const pipeline = new Pipeline(path, onEvent, lost => Deferred.unsafeDone(closed, Exit.fail(lost)))
    const deadlines = yield* makeDeadlines(now => pipeline.expire(now))
    yield* Effect.addFinalizer(() =>
      Effect.sync(() =>
        pipeline.lose(new ConnectionLost({ reason: "Closed", path, message: `the connection to ${path} was closed` })),
      ),
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
          const entry = pipeline.send(request, payload, { now, deadline }, resume)
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
