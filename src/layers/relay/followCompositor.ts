/** The compositor that the relay's clients are connected to, as discovery finds it. */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Runtime from "effect/Runtime"
import * as Stream from "effect/Stream"
import * as SubscriptionRef from "effect/SubscriptionRef"
import { compositorName, type Version } from "../ipc/Version.ts"
import { isSameConnection } from "../sway/ConnectionState.ts"
import { SwayConnection } from "../sway/SwayConnection.ts"
import { openSocket } from "../system/plainSocket.ts"
import { Workers } from "../system/Workers.ts"
import type { CompositorFacts } from "./subscriptions.ts"
import { makeUpstreamPool, type UpstreamPool } from "./UpstreamPool.ts"

/** `output` is an event since sway 1.9; other compositors accept the name. */
const factsOf = (version: Version): CompositorFacts => {
  const name = compositorName(version)
  const isOld = name === "sway" && version.major === 1 && version.minor < 9
  return { dialect: name === "i3" ? "i3" : "sway", knowsOutput: !isOld }
}

/** Called with what was found out. */
type Tell = (isThere: boolean) => void

/** The present compositor. */
export interface FollowedCompositor {
  readonly pool: UpstreamPool
  /** A number for the present compositor, higher for each new one; `undefined` without a compositor. */
  readonly current: () => number | undefined
  /**
   * Calls `tell`, always later, once it is known whether that compositor still answers. A compositor may close one client's connection
   * and go on; only a request on another connection tells this from its end. The returned function cancels this.
   */
  readonly confirm: (compositor: number | undefined, tell: Tell) => () => void
}

/**
 * Asks once for all clients that lose their connections in one turn of the event loop. The question is sent after that turn, so no
 * client gets an answer that the compositor gave before it ended.
 */
const askTogether = (ask: (compositor: number | undefined, tell: Tell) => void): FollowedCompositor["confirm"] => {
  const waiting = new Map<number | undefined, Set<Tell>>()
  return (compositor, tell) => {
    const known = waiting.get(compositor)
    const tells = known ?? new Set()
    tells.add(tell)
    if (known === undefined) {
      waiting.set(compositor, tells)
      setImmediate(() => {
        waiting.delete(compositor)
        ask(compositor, isThere => {
          for (const each of tells) each(isThere)
        })
      })
    }
    return () => tells.delete(tell)
  }
}

/** Starts the worker that connects to the present compositor. */
export const followCompositor = Effect.gen(function* () {
  const connection = yield* SwayConnection
  const workers = yield* Workers
  const pool = makeUpstreamPool(openSocket)
  const run = Runtime.runCallback(yield* Effect.runtime<never>())
  let current: number | undefined

  const serveEach = connection.state.changes.pipe(
    Stream.changesWith(isSameConnection),
    Stream.flatMap(
      state => {
        current = state._tag === "Connected" ? state.reconnections : undefined
        return state._tag === "Connected"
          ? Stream.fromEffect(pool.serve({ path: state.path, facts: factsOf(state.proof.version) }))
          : Stream.never
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
  const confirm = askTogether((compositor, tell) => {
    const question = compositor === undefined ? Effect.succeed(false) : isThere(compositor)
    run(
      Effect.map(
        Effect.option(question),
        Option.getOrElse(() => false),
      ),
      {
        onExit: exit => void (exit._tag === "Success" && tell(exit.value)),
      },
    )
  })
  const followed: FollowedCompositor = { pool, current: () => current, confirm }
  return followed
})
