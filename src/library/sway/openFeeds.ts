/** Opens feeds on the present connection, for both interfaces of the library. */
import * as Effect from "effect/Effect"
import * as SubscriptionRef from "effect/SubscriptionRef"
import { compositorOf } from "../../layers/health/SocketHealth.ts"
import type { EventPayload } from "../../layers/ipc/Event.ts"
import type { RequestError } from "../../layers/ipc/IpcErrors.ts"
import type { EventName } from "../../layers/ipc/Message.ts"
import type { LiveSocket } from "../../layers/sockets/LiveSocket.ts"
import { isSameConnection } from "../../layers/sway/ConnectionState.ts"
import { SwayConnection } from "../../layers/sway/SwayConnection.ts"
import { SwayEvents } from "../../layers/sway/SwayEvents.ts"
import type { Change } from "./Change.ts"
import { changeFeed, payloadFeed, type ReadState } from "./changes.ts"
import type { OpenFeed } from "./Feed.ts"
import { wrongEvents } from "./names.ts"
import { Tree } from "./Tree.ts"

/** Subscribed to where no event is wanted: without any there is no connection that tells of the compositor's end and of the next one. */
const atLeast: ReadonlyArray<EventName> = ["shutdown"]

/** Each call is a subscription of its own. */
export interface Feeds {
  readonly events: <K extends EventName>(name: K) => OpenFeed<EventPayload<K>, RequestError>
  readonly changes: <K extends EventName>(names: ReadonlyArray<K>) => OpenFeed<Change<K>>
}

/** Equal for the same run of a compositor. A file system may give a new socket the inode of the old one, so its time is in it. */
const runOf = ({ boundAt, identity, path, pid }: LiveSocket) => `${path} ${identity} ${boundAt ?? ""} ${pid ?? ""}`

/** Feeds on this connection. */
export const makeFeeds: Effect.Effect<Feeds, never, SwayConnection | SwayEvents> = Effect.gen(function* () {
  const { request, state } = yield* SwayConnection
  const { open } = yield* SwayEvents
  /** Looks at the connection before and after, so that it is known of which compositor the tree is. */
  const readState: ReadState = Effect.gen(function* () {
    const before = yield* SubscriptionRef.get(state)
    if (before._tag !== "Connected") return undefined
    const root = yield* request("get_tree")
    if (!isSameConnection(before, yield* SubscriptionRef.get(state))) return undefined
    return { tree: new Tree(root), compositor: { id: runOf(before), ...compositorOf(before) } }
  })
  const subscribe = (names: ReadonlyArray<EventName>) => {
    const wrong = wrongEvents(names)
    return wrong === undefined ? open(names.length === 0 ? atLeast : names) : Effect.die(wrong)
  }
  return {
    events: name => Effect.map(subscribe([name]), subscription => payloadFeed(subscription, name)),
    changes: names => Effect.map(subscribe(names), subscription => changeFeed(subscription, readState, names)),
  }
})
