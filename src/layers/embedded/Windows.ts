/** What programs would do with their windows, asked of the embedded compositor from outside. */
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import type { CommandResult } from "./commands/Commands.ts"
import type { Container } from "./desktop/Desktop.ts"
import type { Draft } from "./desktop/Draft.ts"
import { rootNode } from "./desktop/describe.ts"
import type { Json } from "./desktop/node.ts"
import { findContainer } from "./desktop/relations.ts"
import { askForAttention, endWindow, openWindow, renameWindow } from "./desktop/windows.ts"
import type { Server } from "./Server.ts"

/** There is no window with this id. It may have been closed. */
export class NoSuchWindow extends Data.TaggedError("NoSuchWindow")<{
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

/** Opens, changes and closes windows. Subscribers get sway's events for it, in sway's order. */
export interface EmbeddedWindows {
  /** Opens a window on the focused workspace. Succeeds with its id. */
  readonly openWindow: (options?: WindowOptions) => Effect.Effect<number>
  /** Closes a window, as when its program ends. */
  readonly closeWindow: (id: number) => Effect.Effect<void, NoSuchWindow>
  /** Changes the title of a window. */
  readonly renameWindow: (id: number, title: string) => Effect.Effect<void, NoSuchWindow>
  /** Makes a window urgent, as when its program asks for attention. Not the focused one. */
  readonly demandAttention: (id: number) => Effect.Effect<void, NoSuchWindow>
  /** Runs commands as a client's: `[con_id=5] move container to workspace 2`. Succeeds with their results. */
  readonly run: (commands: string) => Effect.Effect<ReadonlyArray<CommandResult>>
  /** What GET_TREE would answer now. */
  readonly tree: Effect.Effect<Json>
}

/** Makes them for a server. */
export const windowsOf = (server: Server): EmbeddedWindows => {
  const change = (id: number, make: (draft: Draft, window: Container) => void) =>
    Effect.suspend(() => {
      const found = server.change(draft => {
        const window = findContainer(draft.desktop, id)
        if (window?.view === undefined) return false
        make(draft, window)
        return true
      })
      return found ? Effect.void : new NoSuchWindow({ id, message: `there is no window with the id ${id}` })
    })
  return {
    openWindow: ({ app_id = "foot", floating = false, pid = process.pid, title = app_id } = {}) =>
      Effect.sync(() => server.change(draft => openWindow(draft, { appId: app_id, title, pid, floating }))),
    closeWindow: id => change(id, endWindow),
    renameWindow: (id, title) => change(id, (draft, window) => renameWindow(draft, window, title)),
    demandAttention: id => change(id, askForAttention),
    run: commands =>
      Effect.sync(() => {
        let given: ReadonlyArray<CommandResult> = []
        server.run(commands, results => {
          given = results
        })
        return given
      }),
    tree: Effect.sync(() => rootNode(server.desktop)),
  }
}
