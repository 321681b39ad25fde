/** What programs would do with their windows, asked of the embedded compositor from outside. */
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import { decodeJson } from "../ipc/decode.ts"
import { Node } from "../ipc/Node.ts"
import type { CommandResult } from "./commands/Commands.ts"
import { moveContainer } from "./commands/moveContainer.ts"
import { arrange } from "./desktop/arrange.ts"
import type { Container } from "./desktop/Desktop.ts"
import type { Draft } from "./desktop/Draft.ts"
import { rootNode } from "./desktop/describe.ts"
import { findContainer } from "./desktop/relations.ts"
import { askForAttention, endWindow, openWindow, renameWindow } from "./desktop/windows.ts"
import type { Server } from "./Server.ts"

/**
 * A window could not be changed. `NoSuchWindow`: there is no window with this id; it may have been closed. `Refused`: sway would
 * not do that now, for the reason in `message`.
 *
 * @example
 * import { startCompositor, WindowError } from "i3pm/testing"
 *
 * await using compositor = await startCompositor({ desktop: "empty" })
 * try {
 *   compositor.closeWindow(4711)
 * } catch (error) {
 *   if (error instanceof WindowError) console.log(error.reason, error.id) // NoSuchWindow 4711
 * }
 */
export class WindowError extends Data.TaggedError("WindowError")<{
  readonly reason: "NoSuchWindow" | "Refused"
  readonly id: number
  readonly message: string
}> {}

/** A window to be opened. */
export interface WindowOptions {
  /** What criteria call `app_id`. `foot` if absent. */
  readonly app_id?: string
  /** The same as `app_id` if absent. */
  readonly title?: string
  /** The pid of this process if absent. */
  readonly pid?: number
  /** True for a dialog: it floats from the start. */
  readonly floating?: boolean
}

/**
 * Opens, changes and closes windows. Subscribers get sway's events for it, in sway's order.
 *
 * @example
 * import * as Effect from "effect/Effect"
 * import type { EmbeddedWindows } from "i3pm/testing"
 *
 * // Two terminals beside each other, the first of which asks for attention.
 * const openTwo = (windows: EmbeddedWindows) =>
 *   Effect.gen(function* () {
 *     const first = yield* windows.openWindow({ title: "first" })
 *     const second = yield* windows.openWindow({ title: "second" })
 *     yield* windows.run(`[con_id=${second}] mark right`)
 *     yield* windows.demandAttention(first)
 *   })
 */
export interface EmbeddedWindows {
  /** Opens a window on the focused workspace, beside the focused window. It gets the focus, as in sway. Succeeds with its id. */
  readonly openWindow: (options?: WindowOptions) => Effect.Effect<number>
  /** Closes a window, as when its program ends. If it had the focus, the window that had it before gets it, or the empty workspace. */
  readonly closeWindow: (id: number) => Effect.Effect<void, WindowError>
  /** Changes the title of a window. */
  readonly renameWindow: (id: number, title: string) => Effect.Effect<void, WindowError>
  /**
   * Moves a window to the workspace of this name, which is created if there is none. The workspace with the focus stays the same: if the
   * window had the focus, another window there gets it, or the empty workspace.
   */
  readonly moveWindow: (id: number, workspace: string) => Effect.Effect<void, WindowError>
  /** Makes a window urgent, as when its program asks for attention. Nothing happens to the focused one. */
  readonly demandAttention: (id: number) => Effect.Effect<void, WindowError>
  /** Runs commands as a client's: `[con_id=5] floating enable`. Succeeds with their results; after `exit` there are none. */
  readonly run: (commands: string) => Effect.Effect<ReadonlyArray<CommandResult>>
  /** What GET_TREE would answer now, decoded. `new Tree(…)` looks for nodes in it. */
  readonly tree: Effect.Effect<Node>
}

const noSuchWindow = (id: number) =>
  new WindowError({ reason: "NoSuchWindow", id, message: `there is no window with the id ${id}` })

/** Moves a window as `[con_id=ID] move container to workspace NAME` does. Returns the error of a command that fails. */
const moveTo = (draft: Draft, window: Container, name: string): string | undefined => {
  const { desktop } = draft
  const target = { draft, desktop, node: window, container: window, workspace: window.workspace, chosen: true }
  const outcome = moveContainer(target, ["workspace", name])
  if (outcome.kind !== "done") return outcome.error
  arrange(desktop)
  return undefined
}

/** Makes them for a server. */
export const windowsOf = (server: Server): EmbeddedWindows => {
  /** `make` returns why it was refused; nothing if it was done. */
  const change = (id: number, make: (draft: Draft, window: Container) => string | undefined) =>
    Effect.suspend(() =>
      server.change(draft => {
        const window = findContainer(draft.desktop, id)
        if (window?.view === undefined) return noSuchWindow(id)
        const message = make(draft, window)
        return message === undefined ? Effect.void : new WindowError({ reason: "Refused", id, message })
      }),
    )
  const always = (make: (draft: Draft, window: Container) => void) => (draft: Draft, window: Container) => {
    make(draft, window)
    return undefined
  }
  return {
    openWindow: ({ app_id = "foot", floating = false, pid = process.pid, title = app_id } = {}) =>
      Effect.sync(() => server.change(draft => openWindow(draft, { appId: app_id, title, pid, floating }))),
    closeWindow: id => change(id, always(endWindow)),
    renameWindow: (id, title) =>
      change(
        id,
        always((draft, window) => renameWindow(draft, window, title)),
      ),
    moveWindow: (id, workspace) => change(id, (draft, window) => moveTo(draft, window, workspace)),
    demandAttention: id => change(id, always(askForAttention)),
    run: commands =>
      Effect.sync(() => {
        let given: ReadonlyArray<CommandResult> = []
        server.run(commands, results => {
          given = results
        })
        return given
      }),
    tree: Effect.suspend(() => Effect.orDie(decodeJson(Node)(rootNode(server.desktop)))),
  }
}
