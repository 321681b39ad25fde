/**
 * Changes to the desktop, each with the events that sway sends for it. Pure.
 *
 * Events and their order are those of sway 1.7; `test/desktop/embedded-shape.test.ts` compares them.
 */
import type { EventName } from "../ipc/Message.ts"
import {
  allWindows,
  type Desktop,
  findByName,
  focusedWindow,
  isEmpty,
  putWindow,
  putWorkspace,
  type Window,
  type Workspace,
  workspaceOf,
} from "./Desktop.ts"
import { windowNode, workspaceNode } from "./Nodes.ts"

/** An event to be sent to its subscribers. */
export interface DesktopEvent {
  readonly event: EventName
  readonly payload: unknown
}

/** The desktop after a change, and its events. */
export interface Change {
  readonly desktop: Desktop
  /** In the order in which sway sends them. */
  readonly events: ReadonlyArray<DesktopEvent>
}

/** No change. */
export const unchanged = (desktop: Desktop): Change => ({ desktop, events: [] })

/** A window event with the window's present state. */
const windowEvent = (desktop: Desktop, change: string, id: number): ReadonlyArray<DesktopEvent> => {
  const workspace = workspaceOf(desktop, id)
  const window = workspace?.windows.find(other => other.id === id)
  if (workspace === undefined || window === undefined) return []
  return [{ event: "window", payload: { change, container: windowNode(desktop, workspace, window) } }]
}

const workspaceEvent = (change: string, current: unknown, old: unknown = null): DesktopEvent => ({
  event: "workspace",
  payload: { change, old, current },
})

const moveTo = (desktop: Desktop, target: Workspace): Change => {
  const left = desktop.current
  const moved: Desktop = { ...desktop, current: target, previous: left.name }
  const inFocus = focusedWindow(moved)
  const events = [
    workspaceEvent("focus", workspaceNode(moved, target), workspaceNode(moved, left)),
    ...(inFocus === undefined ? [] : windowEvent(moved, "focus", inFocus.id)),
  ]
  if (!isEmpty(left)) return { desktop: moved, events }
  // sway removes a workspace that is empty and not visible.
  return {
    desktop: { ...moved, workspaces: moved.workspaces.filter(({ id }) => id !== left.id) },
    events: [...events, workspaceEvent("empty", workspaceNode(moved, left))],
  }
}

/** Shows a workspace, unless it is shown already. */
export const showWorkspace = (desktop: Desktop, target: Workspace): Change =>
  target.id === desktop.current.id ? unchanged(desktop) : moveTo(desktop, target)

/** Shows the workspace of this name; creates it if there is none. */
export const showNamed = (desktop: Desktop, name: string): Change => {
  const found = findByName(desktop, name)
  if (found !== undefined) return showWorkspace(desktop, found)
  const made: Workspace = { id: desktop.nextId, name, windows: [], focus: [] }
  const grown = putWorkspace({ ...desktop, nextId: desktop.nextId + 1 }, made)
  const { desktop: shown, events } = moveTo(grown, made)
  return { desktop: shown, events: [workspaceEvent("init", workspaceNode(grown, made)), ...events] }
}

/** Focuses a window and shows its workspace. */
export const focusWindow = (desktop: Desktop, id: number): Change => {
  const workspace = workspaceOf(desktop, id)
  if (workspace === undefined || focusedWindow(desktop)?.id === id) return unchanged(desktop)
  const focused = { ...workspace, focus: [id, ...workspace.focus.filter(other => other !== id)] }
  const after = putWorkspace(desktop, focused)
  return workspace.id === desktop.current.id
    ? { desktop: after, events: windowEvent(after, "focus", id) }
    : moveTo(after, focused)
}

/** Sets a window's marks. */
export const setMarks = (desktop: Desktop, window: Window, marks: ReadonlyArray<string>): Change => {
  const after = putWindow(desktop, { ...window, marks })
  return { desktop: after, events: windowEvent(after, "mark", window.id) }
}

/** Removes a mark from the window that has it; a mark is on one window at most. */
export const takeMark = (desktop: Desktop, mark: string): Change => {
  const holder = allWindows(desktop).find(({ marks }) => marks.includes(mark))
  return holder === undefined
    ? unchanged(desktop)
    : setMarks(
        desktop,
        holder,
        holder.marks.filter(other => other !== mark),
      )
}

/** Enters a binding mode. Its name has no markup: that is an option of a configuration file. */
export const enterMode = (desktop: Desktop, mode: string): Change => ({
  desktop: { ...desktop, mode },
  events: [{ event: "mode", payload: { change: mode, pango_markup: false } }],
})

/** Several changes, each on the result of the one before. */
export const inTurn = (desktop: Desktop, steps: ReadonlyArray<(desktop: Desktop) => Change>): Change =>
  steps.reduce<Change>((before, step) => {
    const after = step(before.desktop)
    return { desktop: after.desktop, events: [...before.events, ...after.events] }
  }, unchanged(desktop))
