/** All subscribers to events: the union of the events that they want, and the counts of what they got and lost. */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type * as Stream from "effect/Stream"
import * as SubscriptionRef from "effect/SubscriptionRef"
import type { EventName } from "../ipc/Message.ts"
import { Subscriber, SwayEvent } from "./Subscriber.ts"

/** All subscribers, and the events that at least one of them wants. */
export interface Subscribers {
  /** The events that at least one subscriber wants: the present set, then each change. */
  readonly wanted: Stream.Stream<ReadonlySet<EventName>>
  /** Adds a subscriber until the scope closes. `capacity` is the size of its buffer, in items. */
  readonly join: (events: ReadonlyArray<EventName>, capacity: number) => Effect.Effect<Subscriber, never, Scope.Scope>
  /** Gives one event of a session to each subscriber that wants it, see `Subscriber.publish`. */
  readonly publish: (session: number, event: EventName, payload: Buffer) => void
  /** Counts events that were dropped before they came here as lost by each subscriber, see `Subscriber.lose`. */
  readonly lose: (count: number) => void
  /**
   * Tells each subscriber that the session `session` serves it, see `Subscriber.serve`. With `answered` only those that want no other
   * events than these: the compositor has accepted or refused them.
   */
  readonly serve: (
    session: number,
    path: string,
    refused: ReadonlySet<EventName>,
    answered?: ReadonlySet<EventName>,
  ) => void
  /** Tells each subscriber that the session has ended, see `Subscriber.end`. */
  readonly end: (session: number) => void
  /** Events that came from compositors, and items that subscribers lost, both since the start. */
  readonly counts: Effect.Effect<{ readonly seen: number; readonly lost: number }>
}

/** Taken out once: the constructors make a new one each time they are asked for. */
const { Event } = SwayEvent

/** An empty set of subscribers. */
export const makeSubscribers: Effect.Effect<Subscribers> = Effect.gen(function* () {
  const subscribers = new Set<Subscriber>()
  const wanted = yield* SubscriptionRef.make<ReadonlySet<EventName>>(new Set())
  let seen = 0
  let lostByThoseGone = 0

  const refreshWanted = Effect.suspend(() =>
    SubscriptionRef.set(wanted, new Set([...subscribers].flatMap(({ events }) => [...events]))),
  )

  return {
    wanted: wanted.changes,
    join: (events, capacity) =>
      Effect.acquireRelease(
        Effect.gen(function* () {
          const subscriber = new Subscriber(new Set(events), capacity)
          subscribers.add(subscriber)
          yield* refreshWanted
          return subscriber
        }),
        subscriber => {
          subscribers.delete(subscriber)
          lostByThoseGone += subscriber.lostInAll
          return refreshWanted
        },
      ),
    publish: (session, event, payload) => {
      seen += 1
      let item: SwayEvent | undefined
      for (const subscriber of subscribers) {
        if (!subscriber.events.has(event)) continue
        item ??= Event({ event, payload: payload.toString("utf8") })
        subscriber.publish(session, item)
      }
    },
    lose: count => {
      for (const subscriber of subscribers) subscriber.lose(count)
    },
    serve: (session, path, refused, answered) => {
      for (const subscriber of subscribers) {
        const isServed = answered === undefined || [...subscriber.events].every(event => answered.has(event))
        if (isServed) subscriber.serve(session, path, refused)
      }
    },
    end: session => {
      for (const subscriber of subscribers) subscriber.end(session)
    },
    counts: Effect.sync(() => ({
      seen,
      lost: [...subscribers].reduce((sum, { lostInAll }) => sum + lostInAll, lostByThoseGone),
    })),
  }
})
