/** What `changes` tells. Types alone. */
import type { EventName, Payloads } from "../wire.ts"
import type { Tree } from "./Tree.ts"

/**
 * An event with its decoded payload.
 *
 * @example
 * import type { TypedEvent } from "i3pm/promise"
 *
 * const nameOf = (event: TypedEvent<"window" | "mode">) =>
 *   event.event === "window" ? event.payload.container.name : event.payload.change
 */
export type TypedEvent<K extends EventName = EventName> = {
  readonly [E in K]: { readonly _tag: "Event"; readonly event: E; readonly payload: Payloads[E] }
}[K]

/**
 * What a subscriber is told.
 *
 * `State`: the layout tree has been read. What a service knows from before is out of date. `reason`: `start`, the first item;
 * `reconnected`, a compositor was connected to again, perhaps another one; `lost`, this subscriber was so slow that `lost`
 * events had to be dropped: at most 4096 wait for it. Events that follow may be contained in the tree already. `compositor` says of which compositor the tree is:
 * `id` is equal while it is the same run of the same compositor. Ids of nodes mean something only within it, since each new one counts
 * again. `pid` is null where it cannot be known.
 *
 * `Disconnected`: the compositor has gone, or has closed the connection. No event comes until the next `State`. One that only hangs
 * is not disconnected: `health` says so.
 *
 * `Event`: one of the events that were asked for. One that the compositor refuses never comes, and the others do.
 *
 * @example
 * import type { Change } from "i3pm/promise"
 *
 * const inWords = (change: Change<"window" | "workspace">) => {
 *   if (change._tag === "State") return `${change.reason}: ${change.tree.windows.length} windows in ${change.compositor.name}`
 *   if (change._tag === "Disconnected") return "the compositor has gone"
 *   if (change.event === "workspace") return `workspace ${change.payload.current?.name}: ${change.payload.change}`
 *   return `window ${change.payload.container.name}: ${change.payload.change}`
 * }
 */
export type Change<K extends EventName = EventName> =
  | {
      readonly _tag: "State"
      readonly reason: "start" | "reconnected" | "lost"
      readonly lost: number
      readonly tree: Tree
      readonly compositor: {
        readonly id: string
        readonly name: string
        readonly version: string
        readonly pid: number | null
      }
    }
  | { readonly _tag: "Disconnected" }
  | TypedEvent<K>
