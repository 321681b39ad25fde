/** Events together with the state that they change, across restarts of the compositor. */
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import { decodeJson } from "../../layers/ipc/decode.ts"
import { type EventPayload, eventSchemas } from "../../layers/ipc/Event.ts"
import type { RequestError } from "../../layers/ipc/IpcErrors.ts"
import type { EventName } from "../../layers/ipc/Message.ts"
import { SwayEvent } from "../../layers/sway/Subscriber.ts"
import type { SwayEvents } from "../../layers/sway/SwayEvents.ts"
import type { Change, TypedEvent } from "./Change.ts"
import type { Tree } from "./Tree.ts"

/** Decodes an event. One that does not match its schema is logged as a warning and left out, so that the service goes on. */
const decoded = <K extends EventName>(event: K, payload: string): Effect.Effect<ReadonlyArray<EventPayload<K>>> =>
  Effect.try((): unknown => JSON.parse(payload)).pipe(
    Effect.flatMap(json => decodeJson(eventSchemas[event])(json)),
    Effect.map(value => [value]),
    Effect.catchAll(error =>
      Effect.as(Effect.logWarning(`left out a ${event} event that is not as sway-ipc(7) has it: ${error.message}`), []),
    ),
  )

const isWanted = <K extends EventName>(names: ReadonlyArray<K>, name: EventName): name is K =>
  names.some(wanted => wanted === name)

const refused = (event: EventName, path: string) =>
  Effect.logWarning(`the compositor at ${path} has no event ${event}: none will come`)

/** The payloads of one kind of event, from now on, also across restarts of the compositor. */
export const payloads = <K extends EventName>(events: SwayEvents["Type"], name: K): Stream.Stream<EventPayload<K>> =>
  events.subscribe([name]).pipe(
    Stream.mapEffect(
      SwayEvent.$match({
        Event: ({ payload }) => decoded(name, payload),
        Subscribed: () => Effect.succeed([]),
        Lost: ({ count }) =>
          Effect.as(Effect.logWarning(`${count} ${name} events were dropped: their reader is too slow`), []),
        Refused: ({ event, path }) => Effect.as(refused(event, path), []),
      }),
    ),
    Stream.flattenIterables,
  )

/** Asks again until a compositor answers: it may be gone already. A reply that is no tree would stay one. */
const untilAnswered = {
  schedule: Schedule.spaced("100 millis"),
  while: ({ reason }: RequestError) => reason !== "InvalidReply",
}

/** The events with these names, and the state before them. */
export const changes = <K extends EventName>(
  events: SwayEvents["Type"],
  readTree: Effect.Effect<Tree, RequestError>,
  names: ReadonlyArray<K>,
): Stream.Stream<Change<K>> => {
  const state = (reason: "start" | "reconnected" | "lost", lost: number) =>
    readTree.pipe(
      Effect.retry(untilAnswered),
      Effect.orDie,
      Effect.map((tree): ReadonlyArray<Change<K>> => [{ _tag: "State", reason, lost, tree }]),
    )
  const eventOf = (event: EventName, payload: string): Effect.Effect<ReadonlyArray<Change<K>>> =>
    isWanted(names, event)
      ? Effect.map(decoded(event, payload), values =>
          values.map(value => ({ _tag: "Event", event, payload: value }) as TypedEvent<K>),
        )
      : Effect.succeed([])
  return events.subscribe(names).pipe(
    Stream.mapEffect(
      SwayEvent.$match({
        Event: ({ event, payload }) => eventOf(event, payload),
        Subscribed: ({ again }) => state(again ? "reconnected" : "start", 0),
        Lost: ({ count }) => state("lost", count),
        Refused: ({ event, path }) => Effect.as(refused(event, path), []),
      }),
    ),
    Stream.flattenIterables,
  )
}
