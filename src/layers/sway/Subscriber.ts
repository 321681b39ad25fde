/** One subscriber to events: a bounded buffer, the count of lost items, and the `Subscribed` items, which must not get lost. */
import * as Chunk from "effect/Chunk"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import type * as Mailbox from "effect/Mailbox"
import * as Option from "effect/Option"
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
 * - `Refused`: this compositor does not have such an event.
 */
export type SwayEvent = Data.TaggedEnum<{
  Event: { readonly event: EventName; readonly payload: string }
  Subscribed: { readonly path: string; readonly again: boolean }
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

/**
 * One subscriber. `events` are the ones it wants, `mailbox` holds at most `capacity` items for it. A session is one connection for
 * events (`eventSession.ts`), with a number of its own.
 */
export class Subscriber {
  #lostSinceTake = 0
  #lostInAll = 0
  /** The session that serves it, `undefined` before the first. */
  #session: number | undefined
  /** The last `Subscribed` since the last `take`. If the buffer has dropped it, `take` adds it again. */
  #marker: SwayEvent | undefined
  /** Events of a session that does not serve it yet: a compositor sends some between two subscriptions. */
  #early: { readonly session: number; readonly items: Array<SwayEvent> } | undefined

  constructor(
    readonly events: ReadonlySet<EventName>,
    readonly capacity: number,
    readonly mailbox: Mailbox.Mailbox<SwayEvent>,
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
      this.#countLost()
    }
    items.push(event)
  }

  #offer(item: SwayEvent): void {
    if (Option.exists(this.mailbox.unsafeSize(), waiting => waiting >= this.capacity)) this.#countLost()
    this.mailbox.unsafeOffer(item)
  }

  #countLost(): void {
    this.lose(1)
  }

  /** Counts items as lost. The next `take` says so. */
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
    this.#offer(this.#marker)
    this.#session = session
    const early = this.#early
    this.#early = undefined
    if (early?.session === session) for (const event of early.items) this.#offer(event)
  }

  /** All waiting items, with `Lost` first if some were lost. Waits while there is none. */
  readonly take = Effect.suspend(() => this.mailbox.takeAll).pipe(
    Effect.map(([waiting]) => {
      const count = this.#lostSinceTake
      const marker = this.#marker
      this.#lostSinceTake = 0
      this.#marker = undefined
      if (count === 0) return waiting
      // As an array: in Effect 3.22 Chunk.prepend loses elements on the chunks that a sliding mailbox returns.
      const events = Chunk.toReadonlyArray(waiting)
      const dropped = marker === undefined || events.includes(marker) ? [] : [marker]
      return Chunk.unsafeFromArray([SwayEvent.Lost({ count }), ...dropped, ...events])
    }),
  )
}
