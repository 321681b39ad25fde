/** Moves the focus, with all that sway does and tells then. */

import { addFloating, detach } from "./attach.ts"
import type { Container, Focusable, Workspace } from "./Desktop.ts"
import { type Draft, tellWindow, tellWorkspace } from "./Draft.ts"
import { activeWorkspace, focused, focusedWorkspace, raise } from "./focusStack.ts"
import { hiddenBy, isHidden, isSticky } from "./relations.ts"
import { removeIfEmpty, renewUrgency } from "./workspaces.ts"

/** Makes a window urgent, or ends that. */
export const setUrgent = (draft: Draft, container: Container, urgent: boolean): void => {
  const { desktop } = draft
  const { view, workspace } = container
  if (view === undefined || view.urgentSince > 0 === urgent) return
  if (urgent && focused(desktop) === container) return
  desktop.urgencies += 1
  view.urgentSince = urgent ? desktop.urgencies : 0
  tellWindow(draft, "urgent", container)
  if (workspace !== undefined && !isHidden(container)) renewUrgency(draft, workspace)
}

const enterWorkspace = (draft: Draft, workspace: Workspace) => {
  const { desktop } = draft
  if (desktop.current === workspace) return
  desktop.previous = desktop.current.name
  tellWorkspace(draft, "focus", workspace, desktop.current)
  desktop.current = workspace
}

/** Containers that a container is in come below it in the stack, and its workspace between. */
const raiseAll = (draft: Draft, node: Focusable, workspace: Workspace | undefined) => {
  const { desktop } = draft
  for (let parent = node.kind === "container" ? node.parent : undefined; parent !== undefined; parent = parent.parent) {
    raise(desktop, parent)
  }
  if (workspace !== undefined) raise(desktop, workspace)
  raise(desktop, node)
}

const bringSticky = (draft: Draft, from: Workspace, to: Workspace) => {
  for (const floater of from.floating.filter(isSticky)) {
    detach(draft, floater)
    addFloating(draft, to, floater)
  }
}

const calmDown = (draft: Draft, container: Container, changesWorkspace: boolean) => {
  if (container.view === undefined || container.view.urgentSince === 0) return
  if (changesWorkspace) draft.afterwards.push({ kind: "calm", id: container.id })
  else setUrgent(draft, container, false)
}

/**
 * Focuses a workspace or a container and shows it. Nothing happens to what has the focus already (unless it is to be told `again`)
 * and to what a fullscreen container hides. A workspace that is no longer shown is removed if it is empty.
 */
export const setFocus = (draft: Draft, node: Focusable, again = false): void => {
  const { desktop } = draft
  if (focused(desktop) === node && !again) return
  const container = node.kind === "container" ? node : undefined
  const workspace = node.kind === "container" ? node.workspace : node
  if (container === undefined ? desktop.fullscreenGlobal !== undefined : hiddenBy(desktop, container) !== undefined)
    return
  const left = focusedWorkspace(desktop)
  const shown = workspace?.output === undefined ? undefined : activeWorkspace(desktop, workspace.output)
  raiseAll(draft, node, workspace)
  if (workspace !== undefined) enterWorkspace(draft, workspace)
  if (container?.view !== undefined) tellWindow(draft, "focus", container)
  if (workspace !== undefined && shown !== undefined && shown !== workspace) bringSticky(draft, shown, workspace)
  if (container !== undefined) calmDown(draft, container, left !== workspace)
  if (shown !== undefined) removeIfEmpty(draft, shown)
  if (left !== shown) removeIfEmpty(draft, left)
}
