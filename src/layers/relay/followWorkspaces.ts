/** Keeps the present workspaces, so that clients can be told which of them a restart has ended. */
import * as Effect from "effect/Effect"
import { SwayEvent as Item, type SwayEvent } from "../sway/Subscriber.ts"
import type { SwayConnection } from "../sway/SwayConnection.ts"
import type { SwayEvents } from "../sway/SwayEvents.ts"
import type { Workers } from "../system/Workers.ts"
import { parseJson } from "./parseJson.ts"
import { afterEvent, isNode, noWorkspaces, type Workspaces, workspacesOf } from "./workspaces.ts"

/** Starts a worker. Returns a function that gives the present workspaces; without a compositor, those of the last one. */
export const followWorkspaces = (
  events: SwayEvents["Type"],
  connection: SwayConnection["Type"],
  workers: Workers["Type"],
) =>
  Effect.gen(function* () {
    let present: Workspaces = noWorkspaces
    const readTree = connection.send("get_tree").pipe(
      Effect.tap(reply =>
        Effect.sync(() => {
          const tree = parseJson(reply)
          if (isNode(tree)) present = workspacesOf(tree)
        }),
      ),
      // Without it fewer `empty` events are sent after the next restart; the next event or connection corrects it.
      Effect.catchAll(error => Effect.logDebug(`the workspaces are not known: ${error.message}`)),
    )
    const onItem = (item: SwayEvent) =>
      Item.$match(item, {
        Event: ({ payload }) =>
          Effect.sync(() => {
            const event = parseJson(payload)
            if (isNode(event)) present = afterEvent(present, event)
          }),
        Subscribed: () => readTree,
        Ended: () => Effect.void,
        Lost: () => readTree,
        Refused: () => Effect.void,
      })
    yield* workers.follow("relay's workspaces", events.subscribe(["workspace"]), onItem)
    return () => present
  })
