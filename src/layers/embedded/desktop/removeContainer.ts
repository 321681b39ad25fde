/** Removes containers for good, and gives the focus to what is next. */

import { detach } from "./attach.ts"
import type { Container, Desktop, Focusable } from "./Desktop.ts"
import { type Draft, tellWindow } from "./Draft.ts"
import { focused, isShown, lastOnScreen, lastWindowIn, raise } from "./focusStack.ts"
import { endFullscreen } from "./fullscreen.ts"
import { isBelow, parentOf } from "./relations.ts"
import { takeFromScratchpad } from "./scratchpadList.ts"
import { setFocus } from "./setFocus.ts"
import { removeIfEmpty } from "./workspaces.ts"

/** The workspace that had the focus last, also by a container of it. */
const lastWorkspace = ({ current, focusStack }: Desktop) =>
  focusStack.map(node => (node.kind === "workspace" ? node : node.workspace)).find(found => found !== undefined) ??
  current

/** The window or empty workspace nearest to a place in the tree. */
const nearest = (desktop: Desktop, place: ReturnType<typeof parentOf>): Focusable => {
  let at = place
  while (at !== undefined) {
    const window = lastWindowIn(desktop, at)
    if (window !== undefined) return window
    if (at.kind === "workspace") return at
    at = at.kind === "output" ? undefined : parentOf(at)
  }
  const workspace = lastWorkspace(desktop)
  return lastWindowIn(desktop, workspace) ?? workspace
}

/** Takes a container from the focus stack. The nearest window gets the focus, or comes next in the stack. */
const passFocusOn = (draft: Draft, container: Container) => {
  const { desktop } = draft
  const parent = parentOf(container)
  const focus = focused(desktop)
  const hadFocus = focus === container || isBelow(focus, container)
  desktop.focusStack = desktop.focusStack.filter(other => other !== container)
  if (parent === undefined && !hadFocus) return
  const next = nearest(desktop, parent)
  if (next.kind === "workspace" && !isShown(desktop, next)) return
  if (hadFocus) {
    // Moved up to the top of the stack by the removal, it has the focus without an event, as in sway.
    if (container.scratchpad || focused(desktop) !== next) setFocus(draft, next, container.scratchpad)
    return
  }
  const before = lastOnScreen(desktop)
  raise(desktop, next)
  if (before.kind === "container" && before.workspace !== undefined) raise(desktop, before.workspace)
  raise(desktop, before)
}

/** Removes a container from the tree. A window is told as closed. */
export const removeContainer = (draft: Draft, container: Container): void => {
  if (container.view !== undefined) tellWindow(draft, "close", container)
  if (container.fullscreen === 1 && container.workspace !== undefined) container.workspace.fullscreen = undefined
  if (container.scratchpad && container.fullscreen === 2) endFullscreen(draft, container)
  passFocusOn(draft, container)
  container.closing = true
  if (container.scratchpad) takeFromScratchpad(draft, container)
  if (container.fullscreen === 2) endFullscreen(draft, container)
  if (container.parent !== undefined || container.workspace !== undefined) detach(draft, container)
}

/** Removes a container of others if it is empty, then those that it was alone in, then an empty workspace. */
export const removeEmpty = (draft: Draft, container: Container): void => {
  if (container.view !== undefined) return
  const { workspace } = container
  for (let at: Container | undefined = container; at !== undefined; ) {
    if (at.children.length > 0) return
    const { parent }: Container = at
    removeContainer(draft, at)
    at = parent
  }
  if (workspace !== undefined) removeIfEmpty(draft, workspace)
}

/** Closes a window: its program has ended, or has closed it. */
export const closeWindow = (draft: Draft, container: Container): void => {
  const { parent, workspace } = container
  removeContainer(draft, container)
  if (parent !== undefined) removeEmpty(draft, parent)
  else if (workspace !== undefined) removeIfEmpty(draft, workspace)
}
