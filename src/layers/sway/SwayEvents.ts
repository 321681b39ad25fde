/** The events of the compositor, on a connection of their own that is subscribed again after each reconnection. */
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { EventName } from "../ipc/Message.ts"
import type { OpenedEvents } from "../ipc/openedEvents.ts"
import { UnixSocket } from "../system/UnixSocket.ts"
import { Workers } from "../system/Workers.ts"
import { adopt } from "./adoptedSession.ts"
import { type Connected, isSameConnection } from "./ConnectionState.ts"
import { runSession } from "./eventSession.ts"
import type { Subscription, SwayEvent } from "./Subscriber.ts"
import { makeSubscribers } from "./Subscribers.ts"
import { SwayConnection } from "./SwayConnection.ts"
import { reconnectSchedule } from "./supervisor.ts"

/**
 * Events of the compositor, across its restarts.
 *
 * @example
 * import * as Effect from "effect/Effect"
 * import * as Stream from "effect/Stream"
 * import { Sway, SwayEvents } from "i3pm"
 *
 * const print = Effect.flatMap(SwayEvents, ({ subscribe }) =>
 *   Stream.runForEach(subscribe(["binding"]), item => Effect.log(item._tag === "Event" ? item.payload : item._tag)),
 * ).pipe(Effect.provide(Sway.layer))
 */
export class SwayEvents extends Context.Tag("i3pm/SwayEvents")<
  SwayEvents,
  {
    /**
     * These events from now on, also across restarts of the compositor. Each subscriber has its own buffer of `capacity` items, 4096 by
     * default; when it is full, the oldest are dropped and a `Lost` says how many.
     */
    readonly subscribe: (events: ReadonlyArray<EventName>, capacity?: number) => Stream.Stream<SwayEvent>
    /** The same without a stream, for a reader that must not wait until a fiber runs. The subscription ends with the scope. */
    readonly open: (
      events: ReadonlyArray<EventName>,
      capacity?: number,
    ) => Effect.Effect<Subscription, never, Scope.Scope>
    /** Events that came from compositors, and items that subscribers lost, both since the start. */
    readonly counts: Effect.Effect<{ readonly seen: number; readonly lost: number }>
  }
>() {}

/** The default size of a subscriber's buffer, in items: a few seconds of the most events that a desktop makes. */
export const defaultCapacity = 4096

/**
 * The waits before a new session while the kept connection is open: a compositor that has dropped the last one needs time to recover.
 * After half a minute without a drop the waits are short again.
 */
const resubscribeSchedule = reconnectSchedule.pipe(Schedule.resetAfter(Duration.seconds(30)))

const makeFrom = (opened: OpenedEvents | undefined) =>
  Effect.gen(function* () {
    const connection = yield* SwayConnection
    const socket = yield* UnixSocket
    const workers = yield* Workers
    const subscribers = yield* makeSubscribers
    const adopted = opened === undefined ? undefined : yield* adopt(opened, subscribers, 1)
    let waiting = adopted
    let sessions = adopted === undefined ? 0 : 1

    const somethingWanted = subscribers.wanted.pipe(
      Stream.filter(names => names.size > 0),
      Stream.take(1),
      Stream.runDrain,
    )

    const nextSession = (connected: Connected) =>
      Effect.suspend(() => {
        const first = waiting
        waiting = undefined
        if (first?.identity === connected.identity) return first.held
        sessions += 1
        const next = runSession(socket, subscribers, connected, sessions)
        return first === undefined ? next : Effect.zipRight(first.close, next)
      })

    /** One session after the other, as long as this connection is the present one. */
    const keepSubscribed = (connected: Connected) =>
      somethingWanted.pipe(
        Effect.zipRight(nextSession(connected)),
        Effect.tapError(error => Effect.logDebug(`subscription to ${connected.path} ended: ${error.message}`)),
        Effect.retry(resubscribeSchedule),
        Effect.forever,
      )

    const sessionOfEachConnection = connection.state.changes.pipe(
      Stream.changesWith(isSameConnection),
      Stream.flatMap(state => (state._tag === "Connected" ? Stream.fromEffect(keepSubscribed(state)) : Stream.never), {
        switch: true,
      }),
    )
    yield* workers.follow("event subscription", sessionOfEachConnection, Effect.succeed)

    const join = (events: ReadonlyArray<EventName>, capacity = defaultCapacity) =>
      Effect.zipLeft(subscribers.join(events, capacity), adopted?.serve ?? Effect.void)

    return SwayEvents.of({
      subscribe: (events, capacity) =>
        Stream.unwrapScoped(Effect.map(join(events, capacity), ({ take }) => Stream.repeatEffectChunk(take))),
      open: join,
      counts: subscribers.counts,
    })
  })

/** Events as long as the scope lives. It connects when there is the first subscriber. */
export const make = makeFrom(undefined)

/** The events of the compositor that `SwayConnection` is connected to. */
export const layer: Layer.Layer<SwayEvents, never, SwayConnection | UnixSocket | Workers> = Layer.scoped(
  SwayEvents,
  make,
)

/**
 * The same, whose first session may be open already: it serves the first subscriber, which wants the events that it is subscribed to, at
 * once, before `SwayConnection` is connected. It is kept if that one connects to the same socket.
 */
export const layerFrom = (
  opened: OpenedEvents | undefined,
): Layer.Layer<SwayEvents, never, SwayConnection | UnixSocket | Workers> => Layer.scoped(SwayEvents, makeFrom(opened))
