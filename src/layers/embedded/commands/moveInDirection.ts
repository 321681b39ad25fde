/** `move left|right|up|down`: past a neighbour, into it, out of the parent, or to the next output. */
import { forgetShare, insertChild, insertTiling } from "../desktop/attach.ts"
import type { Container, Workspace } from "../desktop/Desktop.ts"
import { type Draft, tellWindow, tellWorkspace } from "../desktop/Draft.ts"
import { activeChild, activeWorkspace, lastOfLayer, raise } from "../desktop/focusStack.ts"
import { isFloating, layoutAround, siblingsOf, toplevel } from "../desktop/relations.ts"
import { removeEmpty } from "../desktop/removeContainer.ts"
import { renew, renewWorkspace } from "../desktop/representation.ts"
import { setFocus } from "../desktop/setFocus.ts"
import { squash, wrapChildren } from "../desktop/splits.ts"
import { removeIfEmpty, renewUrgency } from "../desktop/workspaces.ts"
import { type Direction, isAlong, outputBeside, stepOf } from "./direction.ts"
import { moveToWorkspace } from "./moveToWorkspace.ts"
import { done, type Outcome, type Target } from "./Outcome.ts"

const swap = (container: Container, neighbour: Container) => {
  const siblings = siblingsOf(container) ?? []
  const [from, to] = [siblings.indexOf(container), siblings.indexOf(neighbour)]
  siblings[from] = neighbour
  siblings[to] = container
  renew(container)
}

/** Puts a container beside a window that is elsewhere in the tree: before it when it comes from the end. */
const joinCousin = (draft: Draft, container: Container, cousin: Container, direction: Direction) => {
  const { parent, workspace } = cousin
  const index = (siblingsOf(cousin)?.indexOf(cousin) ?? 0) + (stepOf(direction) === -1 ? 1 : 0)
  if (parent !== undefined) insertChild(draft, parent, container, index)
  else if (workspace !== undefined) insertTiling(draft, workspace, container, index)
  forgetShare(container)
  if (workspace !== undefined) squash(draft, workspace)
}

/** Moves a container past a window, or into a container of others at the side that it comes from. */
const moveInto = (draft: Draft, container: Container, destination: Container, direction: Direction): void => {
  if (destination.view !== undefined) {
    const areSiblings = destination.parent === container.parent && destination.workspace === container.workspace
    if (areSiblings) swap(container, destination)
    else joinCousin(draft, container, destination, direction)
    return
  }
  if (isAlong(destination.layout, direction)) {
    insertChild(draft, destination, container, stepOf(direction) === 1 ? 0 : destination.children.length)
    forgetShare(container)
    if (destination.workspace !== undefined) squash(draft, destination.workspace)
    return
  }
  const child = activeChild(draft.desktop, destination)
  if (child === undefined) insertChild(draft, destination, container)
  else moveInto(draft, container, child, direction)
}

const enterWorkspace = (draft: Draft, container: Container, workspace: Workspace, direction: Direction) => {
  forgetShare(container)
  if (isAlong(workspace.layout, direction)) {
    insertTiling(draft, workspace, container, stepOf(direction) === 1 ? 0 : workspace.tiling.length)
    return
  }
  const last = lastOfLayer(draft.desktop, workspace, false)
  if (last === undefined) insertTiling(draft, workspace, container)
  else moveInto(draft, container, toplevel(last), direction)
}

const moveToNextOutput = ({ desktop, draft }: Target, container: Container, direction: Direction): boolean => {
  const output = outputBeside(desktop, container.workspace?.output, direction)
  const workspace = output === undefined ? undefined : activeWorkspace(desktop, output)
  if (workspace === undefined || container.fullscreen === 2) return false
  if (container.fullscreen === 1) moveToWorkspace(draft, container, workspace)
  else enterWorkspace(draft, container, workspace, direction)
  return true
}

/** Takes a container out of its parent, to a place beside `ancestor`. */
const promote = (draft: Draft, container: Container, ancestor: Container, index: number) => {
  const { parent } = container
  if (ancestor.parent !== undefined) insertChild(draft, ancestor.parent, container, index)
  else if (ancestor.workspace !== undefined) insertTiling(draft, ancestor.workspace, container, index)
  forgetShare(ancestor)
  if (parent !== undefined) removeEmpty(draft, parent)
  if (container.workspace !== undefined) squash(draft, container.workspace)
}

/** Turns the workspace so that its children lie in this direction; they come into a container of their own. */
const turnWorkspace = (draft: Draft, container: Container, workspace: Workspace, direction: Direction): Container => {
  const middle = wrapChildren(draft, workspace)
  workspace.layout = direction === "left" || direction === "right" ? "splith" : "splitv"
  forgetShare(container)
  renewWorkspace(workspace)
  return middle
}

/** Moves a tiled container. Returns false if it cannot go further. */
const moveTiled = (target: Target, container: Container, direction: Direction): boolean => {
  const { draft } = target
  if (container.fullscreen !== 0) {
    return container.fullscreen === 1 && moveToNextOutput(target, container, direction)
  }
  let [at, turned] = [container, false]
  for (;;) {
    if (at.fullscreen !== 0 || isFloating(at) || at.workspace === undefined) return false
    if (!isAlong(layoutAround(at), direction)) {
      turned ||= at.parent === undefined
      at = at.parent ?? turnWorkspace(draft, container, at.workspace, direction)
      continue
    }
    const siblings = siblingsOf(at) ?? []
    const index = siblings.indexOf(at)
    const next = siblings[index + stepOf(direction)]
    if (next !== undefined) {
      moveInto(draft, container, next, direction)
      return true
    }
    if (at !== container) {
      const isAlone = container.parent?.parent === undefined && container.parent?.children.length === 1
      if (!turned && isAlone) return moveToNextOutput(target, container, direction)
      promote(draft, container, at, index + (stepOf(direction) === 1 ? 1 : 0))
      return true
    }
    if (container.parent === undefined) return moveToNextOutput(target, container, direction)
    at = container.parent
  }
}

/** Moves a tiled container one step, and keeps the focus on it. */
export const moveStep = (target: Target, container: Container, direction: Direction): Outcome => {
  const { draft } = target
  const { parent, workspace: from } = container
  if (!moveTiled(target, container, direction)) return done
  if (parent !== undefined) removeEmpty(draft, parent)
  else if (from !== undefined) removeIfEmpty(draft, from)
  const to = container.workspace
  if (container.view !== undefined) tellWindow(draft, "move", container)
  if (to === undefined) return done
  // As in sway: the focus goes to the workspace first, so that the container is focused again.
  raise(draft.desktop, to)
  setFocus(draft, container)
  if (from === to || from === undefined) return done
  tellWorkspace(draft, "focus", to, from)
  renewUrgency(draft, from)
  renewUrgency(draft, to)
  return done
}
