/** Who is whose parent, sibling and ancestor. Pure questions about a desktop. */
import type { Container, Desktop, Focusable, Layout, Output, Workspace } from "./Desktop.ts"

/** The node that a container or workspace is in; `undefined` for what is hidden in the scratchpad or was removed. */
export const parentOf = (node: Focusable): Focusable | Output | undefined =>
  node.kind === "workspace" ? node.output : (node.parent ?? node.workspace)

/** True if `node` is somewhere below `ancestor`. A node is not below itself. */
export const isBelow = (node: Focusable, ancestor: Focusable | Output): boolean => {
  let parent = parentOf(node)
  while (parent !== undefined && parent !== ancestor) parent = parent.kind === "output" ? undefined : parentOf(parent)
  return parent !== undefined
}

/** True if a node is on an output. What covers all outputs counts, also when it comes out of the scratchpad. */
export const isOnScreen = (node: Focusable): boolean => {
  for (let at: Focusable | undefined = node; at !== undefined; ) {
    if (at.kind === "workspace") return at.output !== undefined
    if (at.fullscreen === 2) return true
    at = at.parent ?? at.workspace
  }
  return false
}

/** The topmost container that a container is in, or itself. */
export const toplevel = (container: Container): Container => {
  let top = container
  while (top.parent !== undefined) top = top.parent
  return top
}

/** True for a container that floats itself, in the scratchpad too; its children do not. */
export const isFloating = (container: Container): boolean =>
  container.scratchpad || (container.parent === undefined && container.workspace?.floating.includes(container) === true)

/** True for a floating container and all in it. */
export const isInFloating = (container: Container): boolean => isFloating(toplevel(container))

/** True for a window of the scratchpad that is not shown. */
export const isHidden = (container: Container): boolean => container.scratchpad && container.workspace === undefined

/** True for such a window and all in it. */
export const isInHidden = (container: Container): boolean => isHidden(toplevel(container))

/** Sticky has an effect on floating containers only. */
export const isSticky = (container: Container): boolean => container.sticky && isFloating(container)

/** The list that a container is in; `undefined` for one that is in no tree. */
export const siblingsOf = (container: Container): Array<Container> | undefined => {
  if (container.parent !== undefined) return container.parent.children
  const { workspace } = container
  return workspace?.tiling.includes(container) === true ? workspace.tiling : workspace?.floating
}

/** How a container and its siblings are arranged. */
export const layoutAround = (container: Container): Layout =>
  container.parent?.layout ?? container.workspace?.layout ?? "none"

/** A container and all in it, parents first. */
export const withDescendants = (container: Container): ReadonlyArray<Container> => [
  container,
  ...container.children.flatMap(withDescendants),
]

/** All containers of a workspace, tiled ones first. */
export const containersOf = ({ floating, tiling }: Workspace): ReadonlyArray<Container> =>
  [...tiling, ...floating].flatMap(withDescendants)

/** All workspaces, output by output. */
export const allWorkspaces = (desktop: Desktop): ReadonlyArray<Workspace> =>
  desktop.outputs.flatMap(({ workspaces }) => workspaces)

/** All containers, workspace by workspace, and at last what is hidden in the scratchpad. */
export const allContainers = (desktop: Desktop): ReadonlyArray<Container> => [
  ...allWorkspaces(desktop).flatMap(containersOf),
  ...desktop.scratchpad.filter(isHidden).flatMap(withDescendants),
]

/** The container with this id. */
export const findContainer = (desktop: Desktop, id: number): Container | undefined =>
  allContainers(desktop).find(container => container.id === id)

/** True for a fullscreen container and all in it. */
export const isInFullscreen = (container: Container): boolean =>
  container.fullscreen !== 0 || (container.parent !== undefined && isInFullscreen(container.parent))

/** The fullscreen container that hides this one. */
export const hiddenBy = (desktop: Desktop, container: Container): Container | undefined => {
  const { fullscreen } = container.workspace ?? {}
  if (fullscreen !== undefined && !isInFullscreen(container)) return fullscreen
  const global = desktop.fullscreenGlobal
  return global === undefined || global === container || isBelow(container, global) ? undefined : global
}

/** True for a workspace without containers. Sticky ones do not count. */
export const isEmpty = ({ floating, tiling }: Workspace): boolean => tiling.length === 0 && floating.every(isSticky)
