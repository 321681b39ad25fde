/** One subscriber to events: its own bounded buffer, what it lost, and what it must be told all the same. */
import * as Chunk from "effect/Chunk"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import type * as Mailbox from "effect/Mailbox"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { type EventPayload, eventSchemas } from "../ipc/Event.ts"
import type { EventName } from "../ipc/Message.ts"

/**
 * What a subscriber gets.
 *
 * `Event`: one event, its payload the JSON text of the wire. `Subscribed`: from here on events come from the compositor at
 * `path`; with `again`, whatever was known of the compositor must be read anew. `Lost`: the subscriber was too slow, and
 * `count` of the oldest items were dropped at this place. `Refused`: this compositor does not have such an event.
 */
export type SwayEvent = Data.TaggedEnum<{
  Event: { readonly event: EventName; readonly payload: string }
  Subscribed: { readonly path: string; readonly again: boolean }
  Lost: { readonly count: number }
  Refused: { readonly event: EventName; readonly path: string }
}>

export const SwayEvent = Data.taggedEnum<SwayEvent>()

/** Decodes the payload of an event. */
export const decodeEvent = <K extends EventName>(event: K, payload: string) =>
  Schema.decodeUnknown(Schema.parseJson(Schema.Unknown))(payload).pipe(
    Effect.flatMap(json => Schema.decodeUnknown(eventSchemas[event])(json)),
    Effect.map((decoded): EventPayload<K> => decoded),
  )

/** One subscriber: what it wants, what waits for it, what it lost since it last looked, and which session serves it. */
export class Subscriber {
  #lost = 0
  #lostInAll = 0
  #session: number | undefined
  /** The last `Subscribed` that waits or has been dropped: whoever is slow must learn of it all the same. */
  #marker: SwayEvent | undefined

  constructor(
    readonly events: ReadonlySet<EventName>,
    readonly capacity: number,
    readonly mailbox: Mailbox.Mailbox<SwayEvent>,
  ) {}

  offer(event: SwayEvent): void {
    const size = this.mailbox.unsafeSize()
    if (Option.exists(size, waiting => waiting >= this.capacity)) {
      this.#lost += 1
      this.#lostInAll += 1
    }
    this.mailbox.unsafeOffer(event)
  }

  /** All it has lost so far. */
  get lostInAll(): number {
    return this.#lostInAll
  }

  /** Tells, once for each session, that it serves this subscriber now, and which of its events the compositor refuses. */
  serve(session: number, path: string, refused: ReadonlySet<EventName>): void {
    if (this.#session === session) return
    for (const event of refused) if (this.events.has(event)) this.offer(SwayEvent.Refused({ event, path }))
    this.#marker = SwayEvent.Subscribed({ path, again: this.#session !== undefined })
    this.offer(this.#marker)
    this.#session = session
  }

  /** All that waits, what was lost first; waits for something when there is nothing. */
  readonly take = Effect.suspend(() => this.mailbox.takeAll).pipe(
    Effect.map(([waiting]) => {
      const count = this.#lost
      const marker = this.#marker
      this.#lost = 0
      this.#marker = undefined
      if (count === 0) return waiting
      // As an array: Chunk.prepend of Effect 3.22 loses elements in front of what a sliding mailbox hands out.
      const events = Chunk.toReadonlyArray(waiting)
      const dropped = marker === undefined || events.includes(marker) ? [] : [marker]
      return Chunk.unsafeFromArray([SwayEvent.Lost({ count }), ...dropped, ...events])
    }),
  )
}
