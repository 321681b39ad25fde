/** Events together with the state that they change, across restarts of the compositor. */
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Schedule from "effect/Schedule"
import { decodeNow } from "../../layers/ipc/decode.ts"
import { type EventPayload, eventSchemas } from "../../layers/ipc/Event.ts"
import { RequestError } from "../../layers/ipc/IpcErrors.ts"
import type { EventName } from "../../layers/ipc/Message.ts"
import type { Subscription, SwayEvent } from "../../layers/sway/Subscriber.ts"
import type { Change, TypedEvent } from "./Change.ts"
import type { Feed, Item, Later, Next } from "./Feed.ts"

type State = Extract<Change, { readonly _tag: "State" }>

/** What the connection says now: a tree, and of which compositor it is; `undefined` if the connection was lost meanwhile. */
export type ReadState = Effect.Effect<Pick<State, "tree" | "compositor"> | undefined, RequestError>

/** Logs, and comes to nothing. */
const noted = (warning: string): Later<never> => ({ _tag: "Later", items: Effect.as(Effect.logWarning(warning), []) })

/** One that does not match its schema is left out with a warning, so that the service goes on. */
const decoded = <K extends EventName>(event: K, payload: string): Item<EventPayload<K>> | Later<never> => {
  const leftOut = (why: unknown) => noted(`left out a ${event} event that is not as sway-ipc(7) has it: ${why}`)
  try {
    const result = decodeNow(eventSchemas[event])(JSON.parse(payload))
    return Either.isRight(result) ? { _tag: "Item", item: result.right } : leftOut(result.left)
  } catch (cause) {
    return leftOut(cause)
  }
}

type Refused = Extract<SwayEvent, { readonly _tag: "Refused" }>

const refusal = ({ event, path }: Refused) => `the compositor at ${path} refuses the event ${event}: none will come`

const failed = (refused: Refused): Later<never, RequestError> => {
  const { path } = refused
  const items = new RequestError({ reason: "Unsupported", request: "subscribe", path, message: refusal(refused) })
  return { _tag: "Later", items }
}

/** Takes items until one comes to something. */
const firstOf = <A, E = never>(
  { next, whenReady }: Subscription,
  read: (item: SwayEvent) => Next<A, E> | undefined,
): Feed<A, E> => ({
  whenReady,
  next: () => {
    for (let item = next(); item !== undefined; item = next()) {
      const made = read(item)
      if (made !== undefined) return made
    }
    return undefined
  },
})

/**
 * The payloads of one kind of event, from now on, also across restarts of the compositor. Fails where the compositor refuses it: there is
 * nothing to wait for.
 */
export const payloadFeed = <K extends EventName>(
  subscription: Subscription,
  name: K,
): Feed<EventPayload<K>, RequestError> =>
  firstOf(subscription, item => {
    if (item._tag === "Event") return decoded(name, item.payload)
    if (item._tag === "Lost") return noted(`${item.count} ${name} events were dropped: their reader is too slow`)
    return item._tag === "Refused" ? failed(item) : undefined
  })

const isWanted = <K extends EventName>(names: ReadonlyArray<K>, name: EventName): name is K =>
  names.some(wanted => wanted === name)

const eventOf = <K extends EventName>(event: K, payload: string): Next<Change<K>> => {
  const read = decoded(event, payload)
  // The type of an event by its name, which TypeScript does not see for a name that is not known yet.
  return read._tag === "Item"
    ? { _tag: "Item", item: { _tag: "Event", event, payload: read.item } as TypedEvent<K> }
    : read
}

/** Without a connection there is no tree: the next one follows with the next connection. */
const isGone = ({ reason }: RequestError) => reason === "NotConnected" || reason === "ConnectionLost"

/** Asks again until a compositor answers: it may hang. A reply that is no tree would stay one. */
const untilAnswered = {
  schedule: Schedule.spaced("100 millis"),
  while: (error: RequestError) => error.reason !== "InvalidReply" && !isGone(error),
}

/** The events with these names, and the state before them. */
export const changeFeed = <K extends EventName>(
  subscription: Subscription,
  readState: ReadState,
  names: ReadonlyArray<K>,
): Feed<Change<K>> => {
  let hadState = false
  let isConnected = false
  const disconnect = (): ReadonlyArray<Change<K>> => {
    const told = isConnected
    isConnected = false
    return told ? [{ _tag: "Disconnected" }] : []
  }
  const state = (reason: "reconnected" | "lost", lost: number): Next<Change<K>> => ({
    _tag: "Later",
    items: readState.pipe(
      Effect.retry(untilAnswered),
      Effect.catchIf(isGone, () => Effect.succeed(undefined)),
      Effect.orDie,
      Effect.map(read => {
        if (read === undefined) return disconnect()
        const why = hadState ? reason : "start"
        hadState = true
        isConnected = true
        return [{ _tag: "State", reason: why, lost, ...read }]
      }),
    ),
  })
  return firstOf(subscription, item => {
    switch (item._tag) {
      // Without a state before it, it would say nothing.
      case "Event":
        return isConnected && isWanted(names, item.event) ? eventOf(item.event, item.payload) : undefined
      case "Subscribed":
        return state("reconnected", 0)
      case "Lost":
        return isConnected ? state("lost", item.count) : undefined
      case "Ended": {
        const [told] = disconnect()
        return told === undefined ? undefined : { _tag: "Item", item: told }
      }
      case "Refused":
        return isWanted(names, item.event) ? noted(refusal(item)) : undefined
    }
  })
}
