/** Containers of others: made by a split, and dissolved when they are of no use. */
import { addAfter, detach, insertChild, insertTiling } from "./attach.ts"
import type { Container, Layout, Workspace } from "./Desktop.ts"
import type { Draft } from "./Draft.ts"
import { focused, raise } from "./focusStack.ts"
import { setFullscreen } from "./fullscreen.ts"
import { newContainer } from "./newContainer.ts"
import { isFloating, layoutAround, siblingsOf } from "./relations.ts"
import { removeContainer, removeEmpty } from "./removeContainer.ts"
import { renew, renewWorkspace } from "./representation.ts"
import { setFocus } from "./setFocus.ts"

/** True where `left` and `right` lead from a child to its neighbours. */
export const isHorizontal = (layout: Layout): boolean => layout === "splith" || layout === "tabbed"

/** Puts another container in the place of this one, which is in no tree afterwards. */
const replace = (draft: Draft, container: Container, replacement: Container) => {
  const { fullscreen, share } = container
  if (fullscreen !== 0) setFullscreen(draft, container, 0)
  addAfter(draft, container, replacement)
  detach(draft, container)
  replacement.share = { ...share }
  if (fullscreen !== 0) setFullscreen(draft, replacement, fullscreen)
}

/** Puts a container into a new one of this layout. An only child's parent is changed instead. */
export const split = (draft: Draft, child: Container, layout: Layout): void => {
  const { desktop } = draft
  const around = layoutAround(child)
  const { parent, workspace } = child
  if (siblingsOf(child)?.length === 1 && !isFloating(child) && (around === "splith" || around === "splitv")) {
    if (parent !== undefined) {
      parent.layout = layout
      renew(parent)
    } else if (workspace !== undefined) {
      workspace.layout = layout
      renewWorkspace(workspace)
    }
    return
  }
  const hadFocus = focused(desktop) === child
  const middle = newContainer(draft, undefined)
  middle.rect = { ...child.rect }
  middle.layout = layout
  replace(draft, child, middle)
  insertChild(draft, middle, child)
  if (!hadFocus) return
  raise(desktop, middle)
  if (middle.fullscreen === 2) setFocus(draft, child)
  else raise(desktop, child)
}

/** Puts all tiled containers of a workspace into a new one. */
export const wrapChildren = (draft: Draft, workspace: Workspace): Container => {
  const { fullscreen } = workspace
  const middle = newContainer(draft, undefined)
  middle.layout = workspace.layout
  for (const child of [...workspace.tiling]) {
    detach(draft, child)
    insertChild(draft, middle, child)
  }
  insertTiling(draft, workspace, middle)
  workspace.fullscreen = fullscreen
  return middle
}

/** Splits a workspace: its tiled containers come into a new one. An empty workspace only changes its layout. */
export const splitWorkspace = (draft: Draft, workspace: Workspace, layout: Layout): void => {
  if (workspace.tiling.length === 0) {
    workspace.splitBefore = workspace.layout
    workspace.layout = layout
    return
  }
  const middle = wrapChildren(draft, workspace)
  workspace.layout = layout
  if (focused(draft.desktop) === workspace) setFocus(draft, middle)
}

/** Puts an only child in the place of its parent, and so on upwards. */
export const flatten = (draft: Draft, container: Container): void => {
  for (let at: Container | undefined = container; at !== undefined && at.children.length === 1; ) {
    const [child]: Array<Container> = at.children
    const { parent }: Container = at
    if (child === undefined) return
    replace(draft, at, child)
    removeContainer(draft, at)
    at = parent
  }
}

const isSquashable = (container: Container, child: Container) =>
  [container, child].every(({ layout }) => layout === "splith" || layout === "splitv") &&
  container.layout !== child.layout &&
  isHorizontal(layoutAround(container)) === isHorizontal(child.layout)

/** Dissolves pairs of containers that only turn the direction and turn it back. Returns how many siblings that adds. */
const squashContainer = (draft: Draft, container: Container): number => {
  const [child, ...others] = container.children
  if (child === undefined) return 0
  if (others.length > 0 || !isSquashable(container, child)) {
    squashAll(draft, container.children)
    return 0
  }
  const index = siblingsOf(container)?.indexOf(container) ?? 0
  const moved = [...child.children]
  for (const each of moved) {
    detach(draft, each)
    if (container.parent !== undefined) insertChild(draft, container.parent, each, index)
    else if (container.workspace !== undefined) insertTiling(draft, container.workspace, each, index)
  }
  removeEmpty(draft, child)
  return moved.length - 1
}

const squashAll = (draft: Draft, children: Array<Container>): void => {
  for (let index = 0; index < children.length; index += 1) {
    const child = children[index]
    if (child !== undefined) index += squashContainer(draft, child)
  }
}

/** Dissolves what is of no use in a workspace, after a move. */
export const squash = (draft: Draft, workspace: Workspace): void => squashAll(draft, workspace.tiling)
