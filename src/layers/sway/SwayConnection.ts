/** The one connection that commands and probes share: found by discovery, proven by a reply, made again when it is lost. */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Queue from "effect/Queue"
import * as SubscriptionRef from "effect/SubscriptionRef"
import { commandDeadline, SocketDiscovery } from "../sockets/SocketDiscovery.ts"
import { UnixSocket } from "../system/UnixSocket.ts"
import { Workers } from "../system/Workers.ts"
import { ConnectionState, NOT_YET } from "./ConnectionState.ts"
import { type ConnectionFailure, connect } from "./connect.ts"
import { makeProgress } from "./progress.ts"
import { untilReplaced } from "./replacement.ts"
import { makeRequests, type Requests } from "./requests.ts"
import { makeSupervisor } from "./supervisor.ts"

/**
 * The kept connection: its state, and requests on it.
 *
 * @example
 * import * as Effect from "effect/Effect"
 * import * as Stream from "effect/Stream"
 * import { Sway, SwayConnection } from "i3pm"
 *
 * const report = Effect.flatMap(SwayConnection, ({ state }) =>
 *   Stream.runForEach(state.changes, now => Effect.log(now._tag === "Connected" ? now.path : now.lastError)),
 * ).pipe(Effect.provide(Sway.layer))
 */
export class SwayConnection extends Context.Tag("i3pm/SwayConnection")<
  SwayConnection,
  Requests & {
    readonly state: SubscriptionRef.SubscriptionRef<ConnectionState>
    /**
     * Milliseconds since the supervisor's loop last made a step. While the loop works, it stays below ten seconds: a wait takes 6 s
     * at most, and a search or a request has a deadline of 1 s.
     */
    readonly idleFor: Effect.Effect<number>
  }
>() {}

/** Keeps the connection for as long as the scope lives. */
export const make = Effect.gen(function* () {
  const discovery = yield* SocketDiscovery
  const socket = yield* UnixSocket
  const workers = yield* Workers
  const wake = yield* Queue.sliding<void>(1)
  const progress = yield* makeProgress
  const state = yield* SubscriptionRef.make<ConnectionState>(
    ConnectionState.Disconnected({ lastError: NOT_YET, path: null, reconnections: 0 }),
  )
  const supervisor = yield* makeSupervisor({
    connect: inUse => connect(discovery, socket, inUse),
    untilReplaced: untilReplaced({ discovery, wake, progress }),
    wake,
    progress,
    state,
  })
  yield* workers.follow("discovery watcher", discovery.changes, () => Queue.offer(wake, undefined))
  yield* workers.start("connection supervisor", supervisor.run)
  return SwayConnection.of({ state, idleFor: progress.idleFor, ...makeRequests(supervisor.current) })
})

/** The connection of the daemon: made again whenever it is lost. */
export const layer: Layer.Layer<SwayConnection, never, SocketDiscovery | UnixSocket | Workers> = Layer.scoped(
  SwayConnection,
  make,
)

/**
 * The connection of a single command: one attempt, and no other one after it is lost. `inUse` is the socket that another program
 * uses already, which discovery prefers.
 */
export const layerOnce = (
  inUse?: string,
): Layer.Layer<SwayConnection, ConnectionFailure, SocketDiscovery | UnixSocket> =>
  Layer.scoped(
    SwayConnection,
    Effect.gen(function* () {
      const connected = yield* connect(yield* SocketDiscovery, yield* UnixSocket, inUse, commandDeadline)
      const since = yield* Clock.currentTimeMillis
      const state = yield* SubscriptionRef.make<ConnectionState>(
        ConnectionState.Connected({ ...connected.live, since, reconnections: 0 }),
      )
      return SwayConnection.of({ state, idleFor: Effect.succeed(0), ...makeRequests(() => connected) })
    }),
  )
