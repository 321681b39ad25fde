/** What a node says of the program in its window. Pure. */
import type { Container, Desktop, View } from "./Desktop.ts"
import { activeChild, focusedContainer, isShown } from "./focusStack.ts"
import { isFloating, isInFullscreen, isSticky, layoutAround, toplevel } from "./relations.ts"

/** True unless a tabbed or stacked container shows another child than the one that this container is in. */
const isFrontTab = (desktop: Desktop, container: Container): boolean => {
  const layout = layoutAround(container)
  const parent = container.parent ?? container.workspace
  if ((layout === "tabbed" || layout === "stacked") && !isFloating(container) && parent !== undefined) {
    if (activeChild(desktop, parent) !== container) return false
  }
  return container.parent === undefined || isFrontTab(desktop, container.parent)
}

/** True if a window can be seen: it is on a workspace that is shown, and neither behind a tab nor a fullscreen window. */
export const isVisible = (desktop: Desktop, container: Container): boolean => {
  const { closing, workspace } = container
  if (closing) return false
  if (workspace === undefined) return desktop.fullscreenGlobal !== undefined && isInFullscreen(container)
  if (!isSticky(toplevel(container)) && !isShown(desktop, workspace)) return false
  const cover = desktop.fullscreenGlobal ?? workspace.fullscreen
  return isFrontTab(desktop, container) && (cover === undefined || isInFullscreen(container))
}

const inhibits = (desktop: Desktop, container: Container, { inhibitsIdle }: View): boolean => {
  switch (inhibitsIdle) {
    case "none":
      return false
    case "open":
      return true
    case "focus":
      return focusedContainer(desktop) === container
    case "fullscreen":
      return isInFullscreen(container) && isVisible(desktop, container)
    case "visible":
      return isVisible(desktop, container)
  }
}

/** The fields that only windows have, in sway's order. */
export const describeView = (desktop: Desktop, container: Container, view: View) => ({
  pid: view.pid,
  app_id: view.appId,
  visible: isVisible(desktop, container),
  max_render_time: 0,
  shell: "xdg_shell",
  inhibit_idle: inhibits(desktop, container, view),
  idle_inhibitors: { user: view.inhibitsIdle, application: "none" },
})
