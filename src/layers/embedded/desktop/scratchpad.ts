/** The scratchpad: windows that are hidden until they are asked for. */
import { addFloating, detach } from "./attach.ts"
import type { Container, Rect } from "./Desktop.ts"
import { type Draft, tellWindow } from "./Draft.ts"
import { setFloating } from "./floating.ts"
import { giveFloatingSize, moveToCenter, wrapContent } from "./floatingSize.ts"
import { focusedWorkspace, lastFocusedIn, lastOnScreen } from "./focusStack.ts"
import { endFullscreen } from "./fullscreen.ts"
import { screenOf } from "./rectangles.ts"
import { isBelow, isFloating, toplevel, withDescendants } from "./relations.ts"
import { setFocus } from "./setFocus.ts"
import { removeIfEmpty } from "./workspaces.ts"

/** A window that was tiled is half as wide and three quarters as high as the workspace. */
const shrink = (container: Container) => {
  if (container.workspace === undefined) return
  const screen = screenOf(container.workspace)
  const size = { width: screen.width * 0.5, height: screen.height * 0.75 }
  if (container.view === undefined) Object.assign(container.rect, size)
  else {
    Object.assign(container.content, size)
    wrapContent(container)
  }
  moveToCenter(container)
}

/** Puts a container into the scratchpad and hides it. */
export const hideForGood = (draft: Draft, container: Container): void => {
  const { desktop } = draft
  if (container.scratchpad) return
  const { parent, workspace } = container
  if (container.fullscreen !== 0) endFullscreen(draft, container)
  if (!isFloating(container)) {
    setFloating(draft, container, true)
    shrink(container)
  }
  detach(draft, container)
  container.scratchpad = true
  desktop.scratchpad.push(container)
  const next =
    (parent === undefined ? undefined : lastFocusedIn(desktop, parent)) ??
    (workspace === undefined ? undefined : lastFocusedIn(desktop, workspace))
  if (next !== undefined) setFocus(draft, next)
  tellWindow(draft, "move", container)
}

const contains = ({ height, width, x, y }: Readonly<Rect>, { rect }: Container) => {
  const [left, top] = [rect.x + rect.width / 2, rect.y + rect.height / 2]
  return left >= x && left < x + width && top >= y && top < y + height
}

/** Shows a window of the scratchpad on the focused workspace, also one that is shown elsewhere, and focuses it. */
export const show = (draft: Draft, container: Container): void => {
  const { desktop } = draft
  const workspace = focusedWorkspace(desktop)
  const from = container.workspace
  if (workspace.fullscreen !== undefined) endFullscreen(draft, workspace.fullscreen)
  if (desktop.fullscreenGlobal !== undefined) endFullscreen(draft, desktop.fullscreenGlobal)
  if (from !== undefined) {
    detach(draft, container)
    removeIfEmpty(draft, from)
  }
  const shown = from === undefined ? toplevel(container) : container
  addFloating(draft, workspace, shown)
  if (!contains(screenOf(workspace), shown)) giveFloatingSize(desktop, shown)
  setFocus(draft, lastFocusedIn(desktop, shown) ?? shown)
}

/** Hides a window of the scratchpad that is shown. */
export const hide = (draft: Draft, container: Container): void => {
  const { desktop } = draft
  const focus = lastOnScreen(desktop)
  const { workspace } = container
  if (workspace === undefined) return
  for (const each of withDescendants(container)) if (each.fullscreen !== 0) endFullscreen(draft, each)
  const hadFocus = focus === container || isBelow(focus, container)
  detach(draft, container)
  if (hadFocus) setFocus(draft, lastFocusedIn(desktop, workspace) ?? workspace)
  desktop.scratchpad = [...desktop.scratchpad.filter(other => other !== container), container]
  tellWindow(draft, "move", container)
}
