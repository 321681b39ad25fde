/** The one connection that commands and probes share: found by discovery, proven, kept, made again when it is lost. */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Queue from "effect/Queue"
import * as Schedule from "effect/Schedule"
import type * as Scope from "effect/Scope"
import * as SubscriptionRef from "effect/SubscriptionRef"
import * as IpcClient from "../ipc/IpcClient.ts"
import { ConnectionLost, type RequestError } from "../ipc/IpcErrors.ts"
import { type NoLiveSocket, patientDeadline, SocketDiscovery } from "../sockets/SocketDiscovery.ts"
import { askVersion, type ProbeError } from "../sockets/SocketProbe.ts"
import { monotonic } from "../system/monotonic.ts"
import { type ConnectError, UnixSocket } from "../system/UnixSocket.ts"
import { Workers } from "../system/Workers.ts"
import { ConnectionState, NOT_YET } from "./ConnectionState.ts"
import { type Link, makeRequests, type Requests } from "./requests.ts"

/** No connection could be made: nothing live was found, or what was found did not stay. */
export type ConnectionFailure = NoLiveSocket | ConnectError | RequestError | ProbeError

export class SwayConnection extends Context.Tag("i3pm/SwayConnection")<
  SwayConnection,
  Requests & {
    readonly state: SubscriptionRef.SubscriptionRef<ConnectionState>
    /** Milliseconds since the supervisor last did something; it never waits longer than {@link lookAround} and a deadline. */
    readonly idleFor: Effect.Effect<number>
  }
>() {}

/**
 * Between two attempts: 50 ms, since that is how long a compositor may take from its socket file to listening, doubling to
 * 5 s, the longest anybody should wait for a bar to come back, with jitter, so that many clients do not knock as one.
 * In whole milliseconds: a timer has no parts of one, and TestClock dies of them.
 */
export const reconnectSchedule = Schedule.exponential(Duration.millis(50)).pipe(
  Schedule.either(Schedule.spaced(Duration.seconds(5))),
  Schedule.jittered,
  Schedule.modifyDelay((_, delay) => Duration.millis(Math.round(Duration.toMillis(delay)))),
)

/** How often a connection that stands is looked at when nothing changed: costs a `stat`, and is far below the promised 30 s. */
const lookAround = Duration.seconds(5)

/** A connection that held this long is made again at once; one that did not waits its turn, lest a flapping peer spins us. */
const settled = Duration.millis(200)

/** One attempt: discovery chooses, a connection is made and proves itself. It lives as long as the scope. */
const attempt = (
  inUse: string | undefined,
): Effect.Effect<Link, ConnectionFailure, SocketDiscovery | UnixSocket | Scope.Scope> =>
  Effect.gen(function* () {
    const discovery = yield* SocketDiscovery
    const socket = yield* UnixSocket
    const found = yield* discovery.find({ deadline: patientDeadline, inUse })
    const client = yield* IpcClient.make(socket, found.path)
    const proof = yield* askVersion(client, patientDeadline)
    return { client, live: { ...found, proof } }
  })

/** Keeps the connection for as long as the scope lives: the daemon's. */
export const make = Effect.gen(function* () {
  const discovery = yield* SocketDiscovery
  const workers = yield* Workers
  const context = yield* Effect.context<SocketDiscovery | UnixSocket>()
  const state = yield* SubscriptionRef.make<ConnectionState>(
    ConnectionState.Disconnected({ lastError: NOT_YET, path: null, reconnections: 0 }),
  )
  const wake = yield* Queue.sliding<void>(1)
  const schedule = yield* Schedule.driver(reconnectSchedule)
  let current: Link | undefined
  let lastPath: string | null = null
  let reconnections = -1
  let attempts = 0
  let movedAt = yield* monotonic
  const moved = Effect.map(monotonic, now => {
    movedAt = now
  })

  /**
   * Ends when this compositor has stopped answering, or its socket has gone, and another one is live: a daemon is not
   * stolen from a compositor that works, and does not stay with one that does not.
   */
  const untilReplaced = ({ client, live }: Link): Effect.Effect<never, ConnectionLost> =>
    Effect.gen(function* () {
      yield* moved
      const woken = yield* Effect.raceFirst(
        Effect.as(Queue.take(wake), true),
        Effect.as(Effect.sleep(lookAround), false),
      )
      if (!(yield* discovery.isWanted(live.path))) {
        const message = `${live.path} is not the socket that the settings name any more`
        return yield* new ConnectionLost({ reason: "Closed", path: live.path, message })
      }
      const isSilent = Effect.map(client.silence, silence => silence >= Duration.toMillis(patientDeadline))
      // One that has been silent for long already is not asked again: the new one waits meanwhile.
      if (woken && !(yield* isSilent)) yield* Effect.ignore(client.send("get_version", "", patientDeadline))
      const silent = yield* isSilent
      if (!silent && (yield* discovery.isInPlace(live))) return
      const found = yield* Effect.option(discovery.find({ deadline: patientDeadline, inUse: live.path }))
      if (Option.isSome(found) && found.value.path !== live.path) {
        const message = `${live.path} ${silent ? "does not answer any more" : "is gone"}, and ${found.value.path} is live`
        return yield* new ConnectionLost({ reason: "Closed", path: live.path, message })
      }
    }).pipe(Effect.forever)

  const hold = Effect.gen(function* () {
    yield* moved
    const connected = yield* attempt(lastPath ?? undefined)
    reconnections += 1
    attempts = 0
    lastPath = connected.live.path
    const since = yield* Clock.currentTimeMillis
    yield* Effect.acquireRelease(
      Effect.sync(() => {
        current = connected
      }),
      () =>
        Effect.sync(() => {
          current = undefined
        }),
    )
    yield* SubscriptionRef.set(state, ConnectionState.Connected({ ...connected.live, since, reconnections }))
    return yield* Effect.raceFirst(connected.client.closed, untilReplaced(connected))
  }).pipe(Effect.scoped, Effect.provide(context))

  const failed = (failure: ConnectionFailure | ConnectionLost) => {
    attempts += 1
    const facts = { lastError: failure.message, path: lastPath, reconnections: Math.max(0, reconnections) }
    return failure._tag === "NoLiveSocket" && failure.reason === "NoCandidate"
      ? ConnectionState.Disconnected(facts)
      : ConnectionState.Reconnecting({ ...facts, attempt: attempts })
  }

  /** Waits for the next attempt; a change in the directory is a reason to try now, and often again. */
  const pause = Effect.raceFirst(
    Effect.ignore(schedule.next(undefined)),
    Effect.zipRight(Queue.take(wake), schedule.reset),
  )

  const supervise = Effect.timed(Effect.flip(hold)).pipe(
    Effect.tap(([_, failure]) => Effect.zipRight(moved, SubscriptionRef.set(state, failed(failure)))),
    Effect.flatMap(([lasted, failure]) =>
      failure._tag === "ConnectionLost" && Duration.greaterThan(lasted, settled) ? schedule.reset : pause,
    ),
    Effect.forever,
  )

  yield* workers.follow("discovery watcher", discovery.changes, () => Queue.offer(wake, undefined))
  yield* workers.start("connection supervisor", supervise)
  const idleFor = Effect.map(monotonic, now => now - movedAt)
  return SwayConnection.of({ state, idleFor, ...makeRequests(() => current) })
})

/** The daemon's connection: it is made again whenever it is lost. */
export const layer: Layer.Layer<SwayConnection, never, SocketDiscovery | UnixSocket | Workers> = Layer.scoped(
  SwayConnection,
  make,
)

/** The connection of a single command: made now or not at all, and never again. */
export const layerOnce: Layer.Layer<SwayConnection, ConnectionFailure, SocketDiscovery | UnixSocket> = Layer.scoped(
  SwayConnection,
  Effect.gen(function* () {
    const connected = yield* attempt(undefined)
    const since = yield* Clock.currentTimeMillis
    const state = yield* SubscriptionRef.make<ConnectionState>(
      ConnectionState.Connected({ ...connected.live, since, reconnections: 0 }),
    )
    return SwayConnection.of({ state, idleFor: Effect.succeed(0), ...makeRequests(() => connected) })
  }),
)
