/** Names each workspace after its windows: `2: firefox foot`. Bindings with `workspace number 2` go on to work. */
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { Sway, Tree } from "i3pm"
import type { Node } from "i3pm/ipc"

/** The name of a workspace of the tree; one without a number keeps its own. */
export const nameFor = (workspace: Node): string => {
  const number = /^\d+/.exec(workspace.name ?? "")?.[0]
  if (number === undefined) return workspace.name ?? ""
  const programs = new Tree(workspace).windows.map(
    ({ app_id, window_properties }) => app_id ?? window_properties?.class,
  )
  const names = [...new Set(programs)].filter(name => name != null)
  return names.length === 0 ? number : `${number}: ${names.join(" ")}`
}

const renameAll = Effect.gen(function* () {
  const sway = yield* Sway
  const { workspaces } = yield* sway.tree
  for (const workspace of workspaces) {
    const name = nameFor(workspace)
    if (workspace.name === null || workspace.name === name) continue
    yield* Effect.catchAll(sway.command`rename workspace ${workspace.name} to ${name}`, ({ message }) =>
      Effect.logWarning(message),
    )
  }
}).pipe(Effect.catchAll(({ message }) => Effect.logWarning(message)))

/** Renames after each change, 50 ms after the last of several, and after each restart of sway. Never ends. */
export const service = Effect.gen(function* () {
  const sway = yield* Sway
  yield* sway.changes(["window", "workspace"]).pipe(
    Stream.debounce("50 millis"),
    Stream.runForEach(() => renameAll),
  )
})
