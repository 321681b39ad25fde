/** What `changes` tells. Types alone. */
import type { EventName, Payloads } from "../wire.ts"
import type { Tree } from "./Tree.ts"

/**
 * An event with its decoded payload.
 *
 * @example
 * if (change._tag === "Event" && change.event === "window") console.log(change.payload.container.name)
 */
export type TypedEvent<K extends EventName = EventName> = {
  readonly [E in K]: { readonly _tag: "Event"; readonly event: E; readonly payload: Payloads[E] }
}[K]

/**
 * What a subscriber is told.
 *
 * `State`: the layout tree has been read. What a service knows from before is out of date. `reason`: `start`, the first item;
 * `reconnected`, a compositor was connected to again, perhaps another one; `lost`, this subscriber was so slow that `lost`
 * events had to be dropped. Events that follow may be contained in the tree already.
 *
 * `Event`: one of the events that were asked for.
 */
export type Change<K extends EventName = EventName> =
  | {
      readonly _tag: "State"
      readonly reason: "start" | "reconnected" | "lost"
      readonly lost: number
      readonly tree: Tree
    }
  | TypedEvent<K>
