/** What a panel shows, as one line of JSON after each change: workspaces, windows, and whether sway answers. */
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { HealthProbe, Sway, type Tree } from "i3pm"

const windowsOf = (tree: Tree) =>
  tree.windows.map(window => ({
    id: window.id,
    title: window.name,
    app: window.app_id ?? window.window_properties?.class ?? null,
    workspace: tree.workspaceOf(window)?.name ?? null,
    focused: window.focused,
  }))

/** The present state. While sway does not answer, the lists are empty, and `health` says why. */
const state = Effect.gen(function* () {
  const sway = yield* Sway
  const { status } = yield* sway.health
  const [workspaces, windows] = yield* Effect.all([sway.workspaces, Effect.map(sway.tree, windowsOf)]).pipe(
    Effect.orElseSucceed(() => [[], []] as const),
  )
  return {
    health: status,
    workspaces: workspaces.map(({ focused, name, output, urgent }) => ({ name, output, focused, urgent })),
    windows,
  }
})

/** One line of JSON for each change, 20 ms after the last of several; never the same line twice. */
export const lines = Effect.gen(function* () {
  const sway = yield* Sway
  const health = yield* HealthProbe
  return Stream.merge(sway.changes(["window", "workspace"]), health.changes).pipe(
    Stream.debounce("20 millis"),
    Stream.mapEffect(() => state),
    Stream.map(now => JSON.stringify(now)),
    Stream.changes,
  )
})
