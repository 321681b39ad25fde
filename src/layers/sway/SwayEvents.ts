/** The compositor's events, on a socket of their own that is subscribed anew after each reconnection. */
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Mailbox from "effect/Mailbox"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as SubscriptionRef from "effect/SubscriptionRef"
import * as IpcClient from "../ipc/IpcClient.ts"
import { type EventName, swayOnlyEvents } from "../ipc/Message.ts"
import { replySchemas } from "../ipc/Reply.ts"
import { compositorName } from "../ipc/Version.ts"
import { UnixSocket } from "../system/UnixSocket.ts"
import { Workers } from "../system/Workers.ts"
import { type Connected, isSameConnection } from "./ConnectionState.ts"
import { Subscriber, SwayEvent } from "./Subscriber.ts"
import { reconnectSchedule, SwayConnection } from "./SwayConnection.ts"

export class SwayEvents extends Context.Tag("i3pm/SwayEvents")<
  SwayEvents,
  {
    /**
     * These events, from now on and across restarts of the compositor. Each subscriber has a buffer of `capacity` events
     * of its own; when it is full the oldest go.
     */
    readonly subscribe: (events: ReadonlyArray<EventName>, capacity?: number) => Stream.Stream<SwayEvent>
    /** Events that came from compositors and items that slow subscribers lost, all since the start. */
    readonly counts: Effect.Effect<{ readonly seen: number; readonly lost: number }>
  }
>() {}

/** Events a subscriber may fall behind before it loses some: a few seconds of the worst flood a desktop makes. */
export const defaultCapacity = 4096

/**
 * Between attempts to subscribe while the command connection stands: a compositor that dropped us is given time to recover.
 * It begins anew after half a minute, since to be dropped once an hour is no reason to wait ever longer.
 */
const resubscribe = reconnectSchedule.pipe(Schedule.resetAfter(Duration.seconds(30)))

const decodeSuccess = Schema.decodeUnknown(Schema.parseJson(replySchemas.subscribe))

export const make = Effect.gen(function* () {
  const connection = yield* SwayConnection
  const socket = yield* UnixSocket
  const workers = yield* Workers
  const subscribers = new Set<Subscriber>()
  const wanted = yield* SubscriptionRef.make<ReadonlySet<EventName>>(new Set())
  let sessions = 0
  let seen = 0
  /** Of the subscribers that have gone. */
  let lost = 0

  const refreshWanted = Effect.suspend(() =>
    SubscriptionRef.set(wanted, new Set([...subscribers].flatMap(({ events }) => [...events]))),
  )

  const offer = (name: EventName, make: () => SwayEvent) => {
    seen += 1
    let event: SwayEvent | undefined
    for (const subscriber of subscribers) {
      if (!subscriber.events.has(name)) continue
      event ??= make()
      subscriber.offer(event)
    }
  }

  /**
   * One SUBSCRIBE for each name: sway before 1.9 does not know `output`, and one bad name costs those behind it. No
   * deadline: a compositor that does not answer now is left with this one connection, not given another.
   */
  const ask = (client: IpcClient.IpcClient, { proof }: Connected, event: EventName) =>
    Effect.gen(function* () {
      // i3 accepts any name, and then never sends what it does not have.
      const exists = compositorName(proof.version) !== "i3" || !swayOnlyEvents.has(event)
      return (
        exists &&
        (yield* client.send("subscribe", JSON.stringify([event]), Duration.infinity).pipe(
          Effect.flatMap(payload => Effect.either(decodeSuccess(payload.toString("utf8")))),
          Effect.map(reply => Either.isRight(reply) && reply.right.success),
        ))
      )
    })

  /** One socket with all that is wanted, also what comes to be wanted later. Ends when nobody wants anything. */
  const session = (connected: Connected) =>
    Effect.gen(function* () {
      sessions += 1
      const number = sessions
      const asked = new Set<EventName>()
      const refused = new Set<EventName>()
      const client = yield* IpcClient.make(socket, connected.path, (event, payload) =>
        offer(event, () => SwayEvent.Event({ event, payload: payload.toString("utf8") })),
      )
      yield* wanted.changes.pipe(
        Stream.takeWhile(names => names.size > 0),
        Stream.runForEach(names =>
          Effect.gen(function* () {
            for (const name of names) {
              if (asked.has(name)) continue
              asked.add(name)
              if (!(yield* ask(client, connected, name))) refused.add(name)
            }
            for (const subscriber of subscribers) subscriber.serve(number, connected.path, refused)
          }),
        ),
        Effect.raceFirst(client.closed),
      )
    }).pipe(Effect.scoped)

  const somethingWanted = wanted.changes.pipe(
    Stream.filter(names => names.size > 0),
    Stream.take(1),
    Stream.runDrain,
  )

  const serve = (connected: Connected) =>
    somethingWanted.pipe(
      Effect.zipRight(session(connected)),
      Effect.tapError(error => Effect.logDebug(`subscription to ${connected.path} ended: ${error.message}`)),
      Effect.retry(resubscribe),
      Effect.forever,
    )

  yield* workers.start(
    "event subscription",
    connection.state.changes.pipe(
      Stream.changesWith(isSameConnection),
      Stream.flatMap(state => (state._tag === "Connected" ? Stream.fromEffect(serve(state)) : Stream.never), {
        switch: true,
      }),
      Stream.runDrain,
      Effect.zipRight(Effect.never),
    ),
  )

  const join = (events: ReadonlyArray<EventName>, capacity: number) =>
    Effect.acquireRelease(
      Effect.gen(function* () {
        const mailbox = yield* Mailbox.make<SwayEvent>({ capacity, strategy: "sliding" })
        const subscriber = new Subscriber(new Set(events), capacity, mailbox)
        subscribers.add(subscriber)
        yield* refreshWanted
        return subscriber
      }),
      subscriber => {
        subscribers.delete(subscriber)
        lost += subscriber.lostInAll
        return refreshWanted
      },
    )

  return SwayEvents.of({
    subscribe: (events, capacity = defaultCapacity) =>
      join(events, capacity).pipe(
        Effect.map(subscriber => Stream.repeatEffectChunk(subscriber.take)),
        Stream.unwrapScoped,
      ),
    counts: Effect.sync(() => ({
      seen,
      lost: [...subscribers].reduce((sum, { lostInAll }) => sum + lostInAll, lost),
    })),
  })
})

export const layer: Layer.Layer<SwayEvents, never, SwayConnection | UnixSocket | Workers> = Layer.scoped(
  SwayEvents,
  make,
)
