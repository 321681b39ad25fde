/** `move`: reads what is to be moved where. */
import { tellWorkspace } from "../desktop/Draft.ts"
import { activeWorkspace, lastFocusedIn, raise } from "../desktop/focusStack.ts"
import { isFloating } from "../desktop/relations.ts"
import { setFocus } from "../desktop/setFocus.ts"
import { createWorkspace, detachWorkspace, freeNumber, removeIfEmpty, sortWorkspaces } from "../desktop/workspaces.ts"
import { type Direction, directionOf } from "./direction.ts"
import { moveContainer, outputNamed } from "./moveContainer.ts"
import { moveStep } from "./moveInDirection.ts"
import { movePosition, placeAt } from "./movePosition.ts"
import { moveToScratchpad } from "./moveToScratchpad.ts"
import { done, failed, type Handler, invalid, isWord, type Outcome, type Target } from "./Outcome.ts"

const SYNTAX =
  "Expected 'move left|right|up|down [<amount> [px]]'" +
  " or 'move [--no-auto-back-and-forth] [window|container] [to] workspace" +
  "  <name>|next|prev|next_on_output|prev_on_output|current|(number <num>)'" +
  " or 'move [window|container] [to] output <name/id>|left|right|up|down'" +
  " or 'move [window|container] [to] mark <mark>'" +
  " or 'move [window|container] [to] scratchpad'" +
  " or 'move workspace to [output] <name/id>|left|right|up|down'" +
  " or 'move [window|container] [to] [absolute] position <x> [px] <y> [px]'" +
  " or 'move [window|container] [to] [absolute] position center'" +
  " or 'move [window|container] [to] position mouse|cursor|pointer'"

/** How far a floating container moves without an amount, in pixels. */
const DISTANCE = 10

const moveTowards = (target: Target, direction: Direction, amount: string | undefined): Outcome => {
  const { container } = target
  const [, digits = "", unit] = /^\s*([+-]?\d*)(.*)$/s.exec(amount ?? String(DISTANCE)) ?? []
  if (unit !== "" && !isWord(unit, "px")) return failed("Invalid distance specified")
  if (container === undefined) return failed("Cannot move workspaces in a direction")
  if (!isFloating(container)) return moveStep(target, container, direction)
  if (container.fullscreen !== 0) return failed("Cannot move fullscreen floating container")
  const { x, y } = container.rect
  const distance = Number(digits) * (direction === "left" || direction === "up" ? -1 : 1)
  const across = direction === "left" || direction === "right"
  placeAt(target, container, across ? x + distance : x, across ? y : y + distance)
  return done
}

/** `move workspace to output NAME`: the output that it leaves gets a new workspace if it was its last. */
const moveWorkspace = (target: Target, args: ReadonlyArray<string>): Outcome => {
  const { desktop, draft, workspace } = target
  if (args.length === 0) return invalid("Invalid move workspace command (expected at least 1 argument, got 0)")
  const [name] = isWord(args[0], "output") ? args.slice(1) : args
  if (name === undefined) return invalid("Expected 'move workspace to [output] <output>'")
  if (workspace === undefined) return failed("No workspace to move")
  const from = workspace.output
  const output = outputNamed(target, name, from)
  if (output === undefined) return failed(`Can't find output with name/direction '${name}'`)
  if (from === undefined || from === output) return done
  detachWorkspace(workspace)
  const shown = activeWorkspace(desktop, output)
  output.workspaces.push(workspace)
  workspace.output = output
  if (from.workspaces.length === 0) raise(desktop, createWorkspace(draft, freeNumber(desktop), from))
  if (shown !== undefined) removeIfEmpty(draft, shown)
  sortWorkspaces(output)
  setFocus(draft, lastFocusedIn(desktop, workspace) ?? workspace)
  tellWorkspace(draft, "move", workspace)
  return done
}

/** `move WHAT WHERE`. */
export const move: Handler = (target, args) => {
  const [first, second] = args
  const direction = directionOf(first)
  if (direction !== undefined) return moveTowards(target, direction, second)
  if (isWord(first, "workspace") && isWord(second, "to", "output")) return moveWorkspace(target, args.slice(2))
  const flag = isWord(first, "--no-auto-back-and-forth")
  let words = flag ? args.slice(1) : args
  if (isWord(words[0], "window", "container")) words = words.slice(1)
  if (isWord(words[0], "to")) words = words.slice(1)
  const [where, more] = words
  if (flag && !isWord(where, "workspace")) return invalid(SYNTAX)
  if (isWord(where, "workspace", "output", "mark")) return moveContainer(target, words)
  if (isWord(where, "scratchpad")) return moveToScratchpad(target)
  if (isWord(where, "position") || (isWord(where, "absolute") && isWord(more, "position"))) {
    return movePosition(target, words)
  }
  return invalid(SYNTAX)
}
