/** One subscriber to events: a bounded buffer, the count of lost items, and the `Subscribed` items, which must not get lost. */
import * as Chunk from "effect/Chunk"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { decodeJson } from "../ipc/decode.ts"
import { type EventPayload, eventSchemas } from "../ipc/Event.ts"
import type { EventName } from "../ipc/Message.ts"

/**
 * An item of a subscription.
 *
 * - `Event`: one event; `payload` is the JSON text as received.
 * - `Subscribed`: the next events come from the compositor at `path`. With `again` it is not the first one: cached state has
 *   to be queried again.
 * - `Lost`: the subscriber was too slow, and the `count` oldest items were dropped here.
 * - `Ended`: the compositor at `path` has gone, or has closed the connection for events. None come until the next `Subscribed`.
 * - `Refused`: this compositor does not have such an event.
 *
 * @example
 * import * as Effect from "effect/Effect"
 * import * as Stream from "effect/Stream"
 * import { SwayEvent, SwayEvents } from "i3pm"
 *
 * const inWords = SwayEvent.$match({
 *   Event: ({ event, payload }) => `${event} ${payload}`,
 *   Subscribed: ({ again, path }) => `${again ? "again " : ""}subscribed to ${path}`,
 *   Ended: ({ path }) => `${path} has gone`,
 *   Lost: ({ count }) => `${count} lost`,
 *   Refused: ({ event }) => `there is no event ${event}`,
 * })
 *
 * const print = Effect.flatMap(SwayEvents, ({ subscribe }) =>
 *   Stream.runForEach(subscribe(["window", "output"]), item => Effect.log(inWords(item))),
 * )
 */
export type SwayEvent = Data.TaggedEnum<{
  Event: { readonly event: EventName; readonly payload: string }
  Subscribed: { readonly path: string; readonly again: boolean }
  Ended: { readonly path: string }
  Lost: { readonly count: number }
  Refused: { readonly event: EventName; readonly path: string }
}>

/** The constructors of {@link SwayEvent}. */
export const SwayEvent = Data.taggedEnum<SwayEvent>()

/** Decodes the payload of an event. Fails with `ParseError` if it does not match the schema of that event. */
export const decodeEvent = <K extends EventName>(event: K, payload: string) =>
  Schema.decodeUnknown(Schema.parseJson(Schema.Unknown))(payload).pipe(
    Effect.flatMap(json => decodeJson(eventSchemas[event])(json)),
    Effect.map((decoded): EventPayload<K> => decoded),
  )

/** What a reader of a subscription sees. It has one reader. */
export interface Subscription {
  /** Takes the next item; `undefined` if none waits. */
  readonly next: () => SwayEvent | undefined
  /** Calls `wake` once, as soon as there is an item, in the same turn of the event loop as the bytes. Replaces an earlier `wake`. */
  readonly whenReady: (wake: () => void) => void
}

/**
 * One subscriber. `events` are the ones it wants; at most `capacity` items wait for it. A session is one connection for events
 * (`eventSession.ts`), with a number of its own.
 */
export class Subscriber implements Subscription {
  #waiting: Array<SwayEvent> = []
  /** Items before it have been taken. */
  #head = 0
  #wake: (() => void) | undefined
  #lostSinceTake = 0
  #lostInAll = 0
  /** The session that serves it, `undefined` before the first; and where it leads, while it goes on. */
  #session: number | undefined
  #path: string | undefined
  /** The last `Subscribed` that waits. If the buffer has dropped it, `next` gives it all the same. */
  #marker: SwayEvent | undefined
  #isMarkerDropped = false
  /** Events of a session that does not serve it yet: a compositor sends some between two subscriptions. */
  #early: { readonly session: number; readonly items: Array<SwayEvent> } | undefined

  constructor(
    readonly events: ReadonlySet<EventName>,
    readonly capacity: number,
  ) {}

  /**
   * Adds an event of a session. It must not come before the `Subscribed` of its session, so it waits until {@link serve} is called
   * for that session. If the buffer is full, the oldest item is lost.
   */
  publish(session: number, event: SwayEvent): void {
    if (this.#session === session) {
      this.#offer(event)
      return
    }
    if (this.#early?.session !== session) this.#early = { session, items: [] }
    const { items } = this.#early
    if (items.length >= this.capacity) {
      items.shift()
      this.lose(1)
    }
    items.push(event)
  }

  #offer(item: SwayEvent): void {
    if (this.#waiting.length - this.#head >= this.capacity) {
      if (this.#take() === this.#marker) this.#isMarkerDropped = true
      this.lose(1)
    }
    this.#waiting.push(item)
    const wake = this.#wake
    this.#wake = undefined
    wake?.()
  }

  #take(): SwayEvent | undefined {
    const item = this.#waiting[this.#head]
    this.#head += 1
    if (this.#head >= this.#waiting.length) {
      this.#waiting = []
      this.#head = 0
    } else if (this.#head >= this.capacity) {
      this.#waiting = this.#waiting.slice(this.#head)
      this.#head = 0
    }
    return item
  }

  /** Counts items as lost. The next item says so. */
  lose(count: number): void {
    this.#lostSinceTake += count
    this.#lostInAll += count
  }

  /** The number of items lost since the start. */
  get lostInAll(): number {
    return this.#lostInAll
  }

  /** The session serves this subscriber from now on. Adds `Refused` for each refused event, `Subscribed`, and the early events. */
  serve(session: number, path: string, refused: ReadonlySet<EventName>): void {
    if (this.#session === session) return
    for (const event of refused) if (this.events.has(event)) this.#offer(SwayEvent.Refused({ event, path }))
    this.#marker = SwayEvent.Subscribed({ path, again: this.#session !== undefined })
    this.#isMarkerDropped = false
    this.#session = session
    this.#path = path
    this.#offer(this.#marker)
    const early = this.#early
    this.#early = undefined
    if (early?.session === session) for (const event of early.items) this.#offer(event)
  }

  /** The session has ended. Adds `Ended` if it served this subscriber. */
  end(session: number): void {
    if (this.#session !== session || this.#path === undefined) return
    const path = this.#path
    this.#path = undefined
    this.#offer(SwayEvent.Ended({ path }))
  }

  /** The next item, with `Lost` first if some were lost since the last one. */
  readonly next = (): SwayEvent | undefined => {
    const isEmpty = this.#waiting.length === 0
    if (isEmpty) return undefined
    if (this.#lostSinceTake > 0) {
      const count = this.#lostSinceTake
      this.#lostSinceTake = 0
      return SwayEvent.Lost({ count })
    }
    const marker = this.#marker
    if (this.#isMarkerDropped && marker !== undefined) {
      this.#isMarkerDropped = false
      this.#marker = undefined
      return marker
    }
    return this.#take()
  }

  readonly whenReady = (wake: () => void): void => {
    if (this.#waiting.length > 0) wake()
    else this.#wake = wake
  }

  #takeAll(): Chunk.Chunk<SwayEvent> {
    const items: Array<SwayEvent> = []
    for (let item = this.next(); item !== undefined; item = this.next()) items.push(item)
    return Chunk.unsafeFromArray(items)
  }

  /** All waiting items. Waits while there is none. */
  readonly take: Effect.Effect<Chunk.Chunk<SwayEvent>> = Effect.async(resume => {
    this.whenReady(() => resume(Effect.sync(() => this.#takeAll())))
    return Effect.sync(() => {
      this.#wake = undefined
    })
  })
}
