/**
 * What a command does to the desktop, and the events that tell of it. Pure.
 *
 * Which events, in which order, was observed on sway 1.7 (`test/desktop/embedded-shape.test.ts` compares them).
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

/** An event on its way to those who subscribed to it. */
export interface DesktopEvent {
  readonly event: EventName
  readonly payload: unknown
}

/** A desktop after something happened to it. */
export interface Change {
  readonly desktop: Desktop
  /** In the order in which they are sent. */
  readonly events: ReadonlyArray<DesktopEvent>
}

/** Nothing happened. */
export const unchanged = (desktop: Desktop): Change => ({ desktop, events: [] })

/** A window event about the window as it is now. */
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
  // Nobody sees it and nothing is on it: sway forgets it.
  return {
    desktop: { ...moved, workspaces: moved.workspaces.filter(({ id }) => id !== left.id) },
    events: [...events, workspaceEvent("empty", workspaceNode(moved, left))],
  }
}

/** Shows the workspace; nothing happens when it is shown already. */
export const showWorkspace = (desktop: Desktop, target: Workspace): Change =>
  target.id === desktop.current.id ? unchanged(desktop) : moveTo(desktop, target)

/** Shows the workspace of this name, which is made if there is none. */
export const showNamed = (desktop: Desktop, name: string): Change => {
  const found = findByName(desktop, name)
  if (found !== undefined) return showWorkspace(desktop, found)
  const made: Workspace = { id: desktop.nextId, name, windows: [], focus: [] }
  const grown = putWorkspace({ ...desktop, nextId: desktop.nextId + 1 }, made)
  const { desktop: shown, events } = moveTo(grown, made)
  return { desktop: shown, events: [workspaceEvent("init", workspaceNode(grown, made)), ...events] }
}

/** Focuses the window and shows its workspace. */
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

/** Takes the mark from the window that has it: a mark is on one window only. */
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

/** Enters a binding mode. Whether its name has markup is settled in a configuration file, so here it never has. */
export const enterMode = (desktop: Desktop, mode: string): Change => ({
  desktop: { ...desktop, mode },
  events: [{ event: "mode", payload: { change: mode, pango_markup: false } }],
})

/** One change after another: `steps` see what those before them left. */
export const inTurn = (desktop: Desktop, steps: ReadonlyArray<(desktop: Desktop) => Change>): Change =>
  steps.reduce<Change>((before, step) => {
    const after = step(before.desktop)
    return { desktop: after.desktop, events: [...before.events, ...after.events] }
  }, unchanged(desktop))
