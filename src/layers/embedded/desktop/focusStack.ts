/** Who has the focus, and who would get it. Every node is in one stack, the most recently focused first. Pure questions. */
import type { Container, Desktop, Focusable, Output, Workspace } from "./Desktop.ts"
import { isBelow, isInFloating, isOnScreen, parentOf } from "./relations.ts"

/** The focused node. */
export const focused = (desktop: Desktop): Focusable => desktop.focusStack[0] ?? desktop.current

/** The focused container; `undefined` on an empty workspace. */
export const focusedContainer = (desktop: Desktop): Container | undefined => {
  const node = focused(desktop)
  return node.kind === "container" ? node : undefined
}

/** The node on the screen that had the focus last: it differs from {@link focused} while a container is being hidden. */
export const lastOnScreen = (desktop: Desktop): Focusable => desktop.focusStack.find(isOnScreen) ?? desktop.current

/** The workspace that has the focus. */
export const focusedWorkspace = (desktop: Desktop): Workspace => {
  const node = lastOnScreen(desktop)
  return node.kind === "workspace" ? node : (node.workspace ?? desktop.current)
}

/** The node below this one that had the focus last; a window itself; an empty workspace itself. */
export const lastFocusedIn = (desktop: Desktop, node: Focusable | Output): Focusable | undefined => {
  if (node.kind === "container" && node.view !== undefined) return node
  const found = desktop.focusStack.find(other => isBelow(other, node))
  return found ?? (node.kind === "workspace" ? node : undefined)
}

/** The window below this node that had the focus last, or the window itself. */
export const lastWindowIn = (desktop: Desktop, node: Focusable | Output): Container | undefined => {
  if (node.kind === "container" && node.view !== undefined) return node
  return desktop.focusStack.find(
    (other): other is Container => other.kind === "container" && other.view !== undefined && isBelow(other, node),
  )
}

/** The tiled or the floating container of a workspace that had the focus last. */
export const lastOfLayer = (desktop: Desktop, workspace: Workspace, floating: boolean): Container | undefined =>
  desktop.focusStack.find(
    (other): other is Container =>
      other.kind === "container" && other.workspace === workspace && isInFloating(other) === floating,
  )

/** The child that is shown where only one is, such as in a tabbed container; of a workspace's children only tiled ones. */
export const activeChild = (desktop: Desktop, parent: Focusable): Container | undefined => {
  if (parent.kind === "container" && parent.view !== undefined) return parent
  return desktop.focusStack.find(
    (other): other is Container =>
      other.kind === "container" &&
      parentOf(other) === parent &&
      (parent.kind === "container" || parent.tiling.includes(other)),
  )
}

/** The workspace that an output shows. */
export const activeWorkspace = (desktop: Desktop, output: Output): Workspace | undefined =>
  desktop.focusStack.find((other): other is Workspace => other.kind === "workspace" && other.output === output) ??
  output.workspaces[0]

/** True for a workspace that its output shows. */
export const isShown = (desktop: Desktop, workspace: Workspace): boolean =>
  workspace.output !== undefined && activeWorkspace(desktop, workspace.output) === workspace

/** Puts a node on top of the stack, and tells nobody. */
export const raise = (desktop: Desktop, node: Focusable): void => {
  desktop.focusStack = [node, ...desktop.focusStack.filter(other => other !== node)]
}
