/** The compositor that the relay's clients are connected to, as discovery finds it. */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Runtime from "effect/Runtime"
import * as Stream from "effect/Stream"
import * as SubscriptionRef from "effect/SubscriptionRef"
import { isSameConnection } from "../sway/ConnectionState.ts"
import { SwayConnection } from "../sway/SwayConnection.ts"
import { UnixSocket } from "../system/UnixSocket.ts"
import { Workers } from "../system/Workers.ts"
import { makeUpstreamPool, type UpstreamPool } from "./UpstreamPool.ts"

/** The present compositor. */
export interface FollowedCompositor {
  readonly pool: UpstreamPool
  /** A number for the present compositor, higher for each new one; `undefined` without a compositor. */
  readonly current: () => number | undefined
  /**
   * Calls `tell` once it is known whether that compositor still answers. A compositor may close one client's connection and go on;
   * only a request on another connection tells this from its end. The returned function cancels this.
   */
  readonly confirm: (compositor: number | undefined, tell: (isThere: boolean) => void) => () => void
}

/** Starts the worker that connects to the present compositor. */
export const followCompositor = Effect.gen(function* () {
  const connection = yield* SwayConnection
  const workers = yield* Workers
  const pool = yield* makeUpstreamPool(yield* UnixSocket)
  const run = Runtime.runCallback(yield* Effect.runtime<never>())
  let current: number | undefined

  const serveEach = connection.state.changes.pipe(
    Stream.changesWith(isSameConnection),
    Stream.flatMap(
      state => {
        current = state._tag === "Connected" ? state.reconnections : undefined
        return state._tag === "Connected" ? Stream.fromEffect(pool.serve(state.path)) : Stream.never
      },
      { switch: true },
    ),
  )
  yield* workers.follow("relay's connections", serveEach, Effect.succeed)

  const isThere = (compositor: number) =>
    Effect.gen(function* () {
      yield* connection.send("get_version")
      const state = yield* SubscriptionRef.get(connection.state)
      return state._tag === "Connected" && state.reconnections === compositor
    })
  const confirm: FollowedCompositor["confirm"] = (compositor, tell) =>
    run(
      Effect.map(
        Effect.option(compositor === undefined ? Effect.succeed(false) : isThere(compositor)),
        Option.getOrElse(() => false),
      ),
      { onExit: exit => void (exit._tag === "Success" && tell(exit.value)) },
    )
  const followed: FollowedCompositor = { pool, current: () => current, confirm }
  return followed
})
