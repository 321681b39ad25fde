/** Fullscreen, of a workspace and of all outputs. */
import type { Container } from "./Desktop.ts"
import { type Draft, tellWindow } from "./Draft.ts"
import { focusedContainer, focusedWorkspace, lastOnScreen, raise } from "./focusStack.ts"
import { leaveFullscreen } from "./leaveFullscreen.ts"
import { isBelow } from "./relations.ts"
import { setFocus } from "./setFocus.ts"

/** Ends fullscreen. A window of the scratchpad that had the focus only because it covered all outputs loses it. */
export const endFullscreen = (draft: Draft, container: Container): void => {
  const { desktop } = draft
  leaveFullscreen(draft, container)
  if (!container.scratchpad) return
  const focus = focusedContainer(desktop)
  if (focus === container || (focus !== undefined && isBelow(focus, container))) setFocus(draft, lastOnScreen(desktop))
}

const coverWorkspace = (draft: Draft, container: Container) => {
  const { desktop } = draft
  const { workspace } = container
  container.fullscreen = 1
  container.restore = { ...container.rect }
  if (workspace !== undefined) {
    workspace.fullscreen = container
    if (focusedWorkspace(desktop) === workspace) setFocus(draft, container)
    else {
      const focus = lastOnScreen(desktop)
      raise(desktop, container)
      raise(desktop, focus)
    }
  }
  tellWindow(draft, "fullscreen_mode", container)
}

const coverAll = (draft: Draft, container: Container) => {
  const { desktop } = draft
  desktop.fullscreenGlobal = container
  container.restore = { ...container.rect }
  const focus = focusedContainer(desktop)
  if (focus !== undefined && focus !== container) setFocus(draft, container)
  container.fullscreen = 2
  tellWindow(draft, "fullscreen_mode", container)
}

/** Sets the mode: 0 none, 1 of its workspace, 2 of all outputs. What was fullscreen there before no longer is. */
export const setFullscreen = (draft: Draft, container: Container, mode: Container["fullscreen"]): void => {
  const { desktop } = draft
  if (container.fullscreen === mode) return
  if (mode === 0) {
    endFullscreen(draft, container)
    return
  }
  if (desktop.fullscreenGlobal !== undefined) endFullscreen(draft, desktop.fullscreenGlobal)
  if (mode === 2) {
    if (container.fullscreen === 1) endFullscreen(draft, container)
    coverAll(draft, container)
    return
  }
  if (container.workspace?.fullscreen !== undefined) endFullscreen(draft, container.workspace.fullscreen)
  coverWorkspace(draft, container)
}
