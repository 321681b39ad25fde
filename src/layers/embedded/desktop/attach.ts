/** Takes containers out of the tree and puts them in. What is put in is taken out of its old place first. */
import type { Container, Workspace } from "./Desktop.ts"
import type { Draft } from "./Draft.ts"
import { leaveFullscreen } from "./leaveFullscreen.ts"
import { siblingsOf, withDescendants } from "./relations.ts"
import { renew, renewWorkspace } from "./representation.ts"

/** Takes a container out of the tree, with all in it. Its workspace may stay empty. */
export const detach = (draft: Draft, container: Container): void => {
  const { parent, workspace } = container
  if (container.fullscreen === 1 && workspace !== undefined) workspace.fullscreen = undefined
  if (container.fullscreen === 2) draft.desktop.fullscreenGlobal = undefined
  const siblings = siblingsOf(container)
  const index = siblings?.indexOf(container) ?? -1
  if (index >= 0) siblings?.splice(index, 1)
  container.parent = undefined
  for (const each of withDescendants(container)) each.workspace = undefined
  if (parent !== undefined) renew(parent)
  else if (workspace !== undefined) renewWorkspace(workspace)
}

/** A fullscreen container stays so where it comes to. The one that was fullscreen there no longer is. */
const bringFullscreen = (draft: Draft, container: Container, workspace: Workspace | undefined) => {
  if (container.fullscreen !== 1 || workspace === undefined || workspace.fullscreen === container) return
  if (workspace.fullscreen !== undefined) leaveFullscreen(draft, workspace.fullscreen)
  workspace.fullscreen = container
}

const settle = (
  draft: Draft,
  container: Container,
  parent: Container | undefined,
  workspace: Workspace | undefined,
) => {
  container.parent = parent
  for (const each of withDescendants(container)) each.workspace = workspace
  bringFullscreen(draft, container, workspace)
}

const takeOut = (draft: Draft, container: Container) => {
  if (container.workspace !== undefined) detach(draft, container)
}

/** Puts a container among the children of another; at the end without an index. */
export const insertChild = (draft: Draft, parent: Container, container: Container, index?: number): void => {
  takeOut(draft, container)
  parent.children.splice(index ?? parent.children.length, 0, container)
  settle(draft, container, parent, parent.workspace)
  renew(parent)
}

/** Puts a container directly after another. */
export const addAfter = (draft: Draft, fixed: Container, container: Container): void => {
  takeOut(draft, container)
  const siblings = siblingsOf(fixed) ?? []
  siblings.splice(siblings.indexOf(fixed) + 1, 0, container)
  settle(draft, container, fixed.parent, fixed.workspace)
  renew(container)
}

/** Puts a container among the tiled ones of a workspace; at the end without an index. */
export const insertTiling = (draft: Draft, workspace: Workspace, container: Container, index?: number): void => {
  takeOut(draft, container)
  workspace.tiling.splice(index ?? workspace.tiling.length, 0, container)
  settle(draft, container, undefined, workspace)
  renewWorkspace(workspace)
}

/** Puts a container above the floating ones of a workspace. */
export const addFloating = (draft: Draft, workspace: Workspace, container: Container): void => {
  takeOut(draft, container)
  workspace.floating.push(container)
  settle(draft, container, undefined, workspace)
}

/** A child that is arranged for the first time in its new place gets the average share. */
export const forgetShare = (container: Container): void => {
  container.rect = { ...container.rect, width: 0, height: 0 }
  container.share = { width: 0, height: 0 }
}
