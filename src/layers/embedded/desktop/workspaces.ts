/** Finds, creates and removes workspaces. */
import type { Desktop, Output, Workspace } from "./Desktop.ts"
import { type Draft, tellWorkspace } from "./Draft.ts"
import { focusedWorkspace, isShown, lastOnScreen } from "./focusStack.ts"
import { allWorkspaces, containersOf } from "./relations.ts"
import { compareNames, haveSameNumber, isSameName } from "./workspaceName.ts"

/** The workspace of this name. */
export const findNamed = (desktop: Desktop, name: string): Workspace | undefined =>
  allWorkspaces(desktop).find(workspace => isSameName(workspace.name, name))

/** The first workspace whose name begins with the same digits. */
export const findNumbered = (desktop: Desktop, number: string): Workspace | undefined =>
  allWorkspaces(desktop).find(({ name }) => haveSameNumber(name, number))

/** Sorts the workspaces of an output. */
export const sortWorkspaces = (output: Output): void => {
  output.workspaces.sort((left, right) => compareNames(left.name, right.name))
}

/** A workspace without an output. */
export const newWorkspace = (id: number, name: string): Workspace => ({
  kind: "workspace",
  id,
  name,
  layout: "splith",
  splitBefore: "none",
  tiling: [],
  floating: [],
  output: undefined,
  fullscreen: undefined,
  urgent: false,
  representation: null,
})

/** Creates a workspace, without showing it: on the focused output, if none is named. */
export const createWorkspace = (draft: Draft, name: string, on?: Output): Workspace => {
  const { desktop } = draft
  const output = on ?? focusedWorkspace(desktop).output
  const workspace = newWorkspace(desktop.nextId, name)
  desktop.nextId += 1
  workspace.output = output
  output?.workspaces.push(workspace)
  desktop.focusStack.push(workspace)
  if (output !== undefined) sortWorkspaces(output)
  tellWorkspace(draft, "init", workspace)
  return workspace
}

/** Takes a workspace from its output. */
export const detachWorkspace = (workspace: Workspace): void => {
  const { output } = workspace
  if (output !== undefined) output.workspaces = output.workspaces.filter(other => other !== workspace)
  workspace.output = undefined
}

/** Removes a workspace if it is empty and not shown. */
export const removeIfEmpty = (draft: Draft, workspace: Workspace): void => {
  const { desktop } = draft
  if (workspace.output === undefined || workspace.tiling.length + workspace.floating.length > 0) return
  if (isShown(desktop, workspace) || lastOnScreen(desktop) === workspace) return
  tellWorkspace(draft, "empty", workspace)
  desktop.focusStack = desktop.focusStack.filter(other => other !== workspace)
  detachWorkspace(workspace)
}

/** The first number that no workspace has: the name of an output's first workspace. */
export const freeNumber = (desktop: Desktop): string => {
  let number = 1
  while (findNumbered(desktop, String(number)) !== undefined) number += 1
  return String(number)
}

/** Marks a workspace as urgent if a window of it is, and as not urgent otherwise. */
export const renewUrgency = (draft: Draft, workspace: Workspace): void => {
  const urgent = containersOf(workspace).some(({ view }) => view !== undefined && view.urgentSince > 0)
  if (workspace.urgent === urgent) return
  workspace.urgent = urgent
  tellWorkspace(draft, "urgent", workspace)
}
