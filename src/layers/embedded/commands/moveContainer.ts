/** `move [container] [to] workspace|output|mark`. */
import type { Container, Focusable, Output, Workspace } from "../desktop/Desktop.ts"
import { activeWorkspace, focused, focusedWorkspace, lastFocusedIn, lastOfLayer, raise } from "../desktop/focusStack.ts"
import { allContainers, isBelow, isHidden, isInHidden, isSticky, toplevel } from "../desktop/relations.ts"
import { removeEmpty } from "../desktop/removeContainer.ts"
import { setFocus } from "../desktop/setFocus.ts"
import { wrapChildren } from "../desktop/splits.ts"
import { createWorkspace, findNamed, findNumbered, removeIfEmpty } from "../desktop/workspaces.ts"
import { directionOf, outputAround, outputBeside } from "./direction.ts"
import { moveToScratchpad } from "./moveToScratchpad.ts"
import { moveToContainer, moveToWorkspace } from "./moveToWorkspace.ts"
import { done, failed, type Handler, invalid, isWord, notSimulated, type Outcome, type Target } from "./Outcome.ts"
import { relativeWorkspace } from "./relativeWorkspace.ts"

const SYNTAX =
  "Expected 'move <left|right|up|down> <[px] px>' or " +
  "'move [--no-auto-back-and-forth] <container|window> [to] workspace <name>' or " +
  "'move <container|window|workspace> [to] output <name|direction>' or " +
  "'move <container|window> [to] mark <mark>'"

/** A workspace that is there, or the name of one to be created. */
type Wanted = Workspace | string | Outcome

const workspaceWanted = ({ desktop }: Target, args: ReadonlyArray<string>): Wanted => {
  const [first = "", second] = args
  if (isWord(first, "next", "prev", "next_on_output", "prev_on_output", "current")) {
    return relativeWorkspace(desktop, first) ?? notSimulated(`${first} in capital letters, of which sway 1.7 crashes`)
  }
  if (isWord(first, "back_and_forth")) {
    if (desktop.previous === undefined) return failed("No workspace was previously active.")
    return findNamed(desktop, desktop.previous) ?? desktop.previous
  }
  if (!isWord(first, "number")) return findNamed(desktop, args.join(" ")) ?? args.join(" ")
  if (second === undefined) return invalid(SYNTAX)
  if (!/^\d/.test(second)) return invalid(`Invalid workspace number '${second}'`)
  const name = args.slice(1).join(" ")
  return findNumbered(desktop, name) ?? name
}

const STICKY = failed("Can't move sticky container to another workspace on the same output")

const workspaceDestination = (target: Target, container: Container, args: ReadonlyArray<string>) => {
  const { desktop, draft } = target
  const wanted = workspaceWanted(target, args)
  if (typeof wanted === "object" && wanted.kind !== "workspace") return wanted
  if (typeof wanted === "string" && isSticky(toplevel(container))) {
    if (container.workspace?.output === focusedWorkspace(desktop).output) return STICKY
  }
  const workspace = typeof wanted === "string" ? createWorkspace(draft, wanted) : wanted
  return lastOfLayer(desktop, workspace, false) ?? workspace
}

/** An output by its name or its direction, where the one at the other end follows the last. */
export const outputNamed = ({ desktop }: Target, word: string, from: Output | undefined): Output | undefined => {
  if (isWord(word, "current")) return focusedWorkspace(desktop).output
  const direction = directionOf(word)
  const beside =
    direction === undefined || from === undefined
      ? undefined
      : (outputBeside(desktop, from, direction) ?? outputAround(desktop, from, direction))
  return beside ?? desktop.outputs.find(({ name }) => isWord(word, name.toLowerCase()))
}

const destinationOf = (target: Target, container: Container, args: ReadonlyArray<string>): Focusable | Outcome => {
  const { desktop } = target
  const [kind, ...rest] = args
  const [name = ""] = rest
  if (isWord(kind, "workspace")) return workspaceDestination(target, container, rest)
  if (isWord(kind, "mark")) {
    return allContainers(desktop).find(({ marks }) => marks.includes(name)) ?? failed(`Mark '${name}' not found`)
  }
  const output = outputNamed(target, name, container.workspace?.output)
  const last = output === undefined ? undefined : lastFocusedIn(desktop, output)
  return last ?? failed(`Can't find output with name/direction '${name}'`)
}

/** What has the focus after the container has gone: what had it before, or what is next to the container's old place. */
const restoreFocus = (
  { desktop, draft }: Target,
  container: Container,
  before: Focusable,
  place: readonly [Container | undefined, Workspace | undefined],
) => {
  let focus: Focusable | undefined = before
  if (before === container) {
    const [parent, workspace] = place
    focus = parent === undefined ? undefined : lastFocusedIn(desktop, parent)
    focus ??= workspace === undefined ? undefined : lastFocusedIn(desktop, workspace)
  }
  if (focus !== undefined) setFocus(draft, focus)
}

/** Moves the container, and gives the focus back to what had it, on the output that it came to as well. */
const move = (target: Target, container: Container, destination: Focusable): Outcome => {
  const { desktop, draft } = target
  const { parent, workspace } = container
  const output = destination.kind === "workspace" ? destination.output : destination.workspace?.output
  const isOther = output !== undefined && output !== workspace?.output
  const shown = isOther ? activeWorkspace(desktop, output) : undefined
  const before = focused(desktop)
  if (destination.kind === "workspace") moveToWorkspace(draft, container, destination)
  else moveToContainer(draft, container, destination)
  if (output !== undefined && shown !== undefined && activeWorkspace(desktop, output) !== shown) {
    const last = lastFocusedIn(desktop, shown)
    if (last !== undefined) raise(desktop, last)
  }
  restoreFocus(target, container, before, [parent, workspace])
  if (parent !== undefined) removeEmpty(draft, parent)
  else if (workspace !== undefined) removeIfEmpty(draft, workspace)
  return done
}

/** `move [container] [to] workspace NAME`, `output NAME`, `mark NAME`. */
export const moveContainer: Handler = (target, args) => {
  const { draft, node, workspace } = target
  if (args.length < 2) {
    return invalid(`Invalid move container/window command (expected at least 2 arguments, got ${args.length})`)
  }
  if (node.kind === "workspace" && workspace?.tiling.length === 0) return failed("Can't move an empty workspace")
  const container = node.kind === "container" ? node : wrapChildren(draft, node)
  if (container.fullscreen === 2) return failed("Can't move fullscreen global container")
  const destination = destinationOf(target, container, args)
  if (destination.kind !== "workspace" && destination.kind !== "container") return destination
  if (destination.kind === "container" && isHidden(destination)) return moveToScratchpad(target)
  const output = container.workspace?.output
  if (isSticky(toplevel(container)) && output !== undefined && isBelow(destination, output)) return STICKY
  if (isInHidden(container)) return notSimulated("move of a container that is hidden in the scratchpad")
  return move(target, container, destination)
}
