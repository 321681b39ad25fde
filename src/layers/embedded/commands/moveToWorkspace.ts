/** Moves containers to a workspace or to another container, wherever it is. */
import { addAfter, addFloating, detach, forgetShare, insertChild, insertTiling } from "../desktop/attach.ts"
import type { Container, Workspace } from "../desktop/Desktop.ts"
import { type Draft, tellWindow } from "../desktop/Draft.ts"
import { moveToCenter } from "../desktop/floatingSize.ts"
import { focusedWorkspace, lastFocusedIn, raise } from "../desktop/focusStack.ts"
import { isBelow, isEmpty, isFloating } from "../desktop/relations.ts"
import { renew } from "../desktop/representation.ts"
import { renewUrgency } from "../desktop/workspaces.ts"

/** Where a fullscreen container is, the focus goes to it. */
const keepFullscreenFocused = ({ desktop }: Draft, workspace: Workspace) => {
  const focus = workspace.fullscreen === undefined ? undefined : lastFocusedIn(desktop, workspace.fullscreen)
  if (focus !== undefined && focusedWorkspace(desktop) === workspace) raise(desktop, focus)
}

/** Puts the children of a container into an empty workspace, which gets its layout. The container is gone then. */
const unwrap = (draft: Draft, workspace: Workspace, container: Container) => {
  workspace.layout = container.layout
  for (const child of [...container.children]) {
    detach(draft, child)
    insertTiling(draft, workspace, child)
  }
  draft.desktop.focusStack = draft.desktop.focusStack.filter(other => other !== container)
}

/** Moves a container to a workspace: a floating one stays floating, a tiled one becomes the last of the tiled ones. */
export const moveToWorkspace = (draft: Draft, container: Container, workspace: Workspace): void => {
  const from = container.workspace
  if (from === workspace) return
  if (isFloating(container)) {
    const output = from?.output
    detach(draft, container)
    addFloating(draft, workspace, container)
    if (output !== workspace.output && container.fullscreen === 0) moveToCenter(container)
  } else {
    detach(draft, container)
    if (isEmpty(workspace) && container.view === undefined) unwrap(draft, workspace, container)
    else {
      forgetShare(container)
      insertTiling(draft, workspace, container)
    }
    renew(container)
  }
  if (container.view !== undefined) tellWindow(draft, "move", container)
  if (from !== undefined) renewUrgency(draft, from)
  renewUrgency(draft, workspace)
  keepFullscreenFocused(draft, workspace)
}

/** Moves a container beside a window or into a container of others. Nothing happens if one is in the other. */
export const moveToContainer = (draft: Draft, container: Container, destination: Container): void => {
  if (container === destination || isBelow(container, destination) || isBelow(destination, container)) return
  const { workspace } = destination
  if (isFloating(container)) {
    if (workspace !== undefined) moveToWorkspace(draft, container, workspace)
    return
  }
  const from = container.workspace
  detach(draft, container)
  forgetShare(container)
  if (destination.view !== undefined) addAfter(draft, destination, container)
  else insertChild(draft, destination, container)
  if (container.view !== undefined) tellWindow(draft, "move", container)
  if (workspace === undefined) return
  keepFullscreenFocused(draft, workspace)
  renewUrgency(draft, workspace)
  if (from !== undefined && from !== workspace) renewUrgency(draft, from)
}
