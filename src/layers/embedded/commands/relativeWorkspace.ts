/** `next`, `prev`, `next_on_output`, `prev_on_output` and `current`, as names of workspaces. Pure. */
import type { Desktop, Workspace } from "../desktop/Desktop.ts"
import { focusedWorkspace } from "../desktop/focusStack.ts"
import { allWorkspaces } from "../desktop/relations.ts"
import { workspaceNumber } from "../desktop/workspaceName.ts"

const leastOf = (workspaces: ReadonlyArray<Workspace>, sign: 1 | -1) =>
  workspaces.reduce<Workspace | undefined>((best, workspace) => {
    if (best === undefined) return workspace
    return (workspaceNumber(workspace.name) - workspaceNumber(best.name)) * sign < 0 ? workspace : best
  }, undefined)

const isNumbered = ({ name }: Workspace) => workspaceNumber(name) >= 0

/** From a numbered workspace to the next number, then to those without one, then to the least number. */
const besideNumber = (all: ReadonlyArray<Workspace>, current: Workspace, sign: 1 | -1) => {
  const numbered = all.filter(isNumbered)
  const number = workspaceNumber(current.name)
  const further = numbered.filter(({ name }) => (workspaceNumber(name) - number) * sign > 0)
  return leastOf(further, sign) ?? all.find(workspace => !isNumbered(workspace)) ?? leastOf(numbered, sign)
}

/** From a workspace without a number to the next such one, then to the least number. */
const besideName = (all: ReadonlyArray<Workspace>, current: Workspace, sign: 1 | -1) => {
  const later = all.slice(all.indexOf(current) + 1).find(workspace => !isNumbered(workspace))
  const [first] = all
  // Forwards, sway 1.7 only looks at numbers if the first workspace has one.
  if (later === undefined && sign === 1 && first !== undefined && !isNumbered(first)) return first
  return later ?? leastOf(all.filter(isNumbered), sign) ?? first
}

/** The workspace that such a word means; `undefined` if it is another word. */
export const relativeWorkspace = (desktop: Desktop, word: string): Workspace | undefined => {
  const current = focusedWorkspace(desktop)
  if (word === "current") return current
  const sign = word.startsWith("next") ? 1 : -1
  if (word === "next" || word === "prev") {
    const all = sign === 1 ? [...allWorkspaces(desktop)] : [...allWorkspaces(desktop)].reverse()
    return isNumbered(current) ? besideNumber(all, current, sign) : besideName(all, current, sign)
  }
  if (word !== "next_on_output" && word !== "prev_on_output") return undefined
  const onOutput = current.output?.workspaces ?? []
  return onOutput.at((onOutput.indexOf(current) + sign) % onOutput.length)
}
