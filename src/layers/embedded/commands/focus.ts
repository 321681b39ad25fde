/** `focus`: a container, a direction, a layer, an output, or up and down the tree. */
import { arrange } from "../desktop/arrange.ts"
import type { Container } from "../desktop/Desktop.ts"
import { raiseFloating } from "../desktop/floating.ts"
import { activeChild, focusedWorkspace, lastFocusedIn, lastOfLayer, lastWindowIn } from "../desktop/focusStack.ts"
import { endFullscreen } from "../desktop/fullscreen.ts"
import { hiddenBy, isFloating, isInFloating, isInHidden, layoutAround, parentOf } from "../desktop/relations.ts"
import { show } from "../desktop/scratchpad.ts"
import { setFocus } from "../desktop/setFocus.ts"
import {
  type Direction,
  directionOf,
  entryOf,
  floatingNeighbour,
  isAlong,
  outputAround,
  outputBeside,
  tiledNeighbour,
} from "./direction.ts"
import { done, failed, type Handler, invalid, isWord, notSimulated, type Outcome, type Target } from "./Outcome.ts"

const SYNTAX =
  "Expected 'focus <direction|next|prev|parent|child|mode_toggle|floating|tiling>' or 'focus output <direction|name>'"

/** Shows and focuses a container, also out of the scratchpad. What hides it is fullscreen no longer. */
const focusContainer = ({ desktop, draft }: Target, container: Container): Outcome => {
  if (isInHidden(container)) show(draft, container)
  const obstacle = hiddenBy(desktop, container)
  if (obstacle !== undefined) {
    endFullscreen(draft, obstacle)
    arrange(desktop)
  }
  setFocus(draft, container)
  raiseFloating(container)
  return done
}

const focusLayer = ({ desktop, draft, workspace }: Target, floating: boolean): Outcome => {
  const last = workspace === undefined ? undefined : lastOfLayer(desktop, workspace, floating)
  if (last === undefined) {
    return failed(`Failed to find a ${floating ? "floating" : "tiling"} container in workspace`)
  }
  setFocus(draft, lastWindowIn(desktop, last) ?? last)
  return done
}

const focusOutput = ({ desktop, draft }: Target, args: ReadonlyArray<string>): Outcome => {
  if (args.length === 0) return invalid("Expected 'focus output <direction|name>'")
  const name = args.join(" ")
  const direction = directionOf(name)
  const here = focusedWorkspace(desktop).output
  const named = desktop.outputs.find(output => isWord(name, output.name.toLowerCase()))
  if (named === undefined && direction === undefined) return invalid("There is no output with that name")
  const output =
    named ??
    (here === undefined || direction === undefined
      ? undefined
      : (outputBeside(desktop, here, direction) ?? outputAround(desktop, here, direction)))
  const next = output === undefined ? undefined : lastFocusedIn(desktop, output)
  if (next !== undefined) setFocus(draft, next)
  return done
}

const focusParent = ({ container, draft }: Target): Outcome => {
  const parent = container === undefined || container.fullscreen !== 0 ? undefined : parentOf(container)
  if (parent !== undefined && parent.kind !== "output") setFocus(draft, parent)
  return done
}

const focusChild = ({ desktop, draft, node }: Target): Outcome => {
  const child = activeChild(desktop, node)
  if (child !== undefined) setFocus(draft, child)
  return done
}

/** `next` and `prev` follow the layout around the container. Outside of any layout they do nothing. */
const alongLayout = (container: Container | undefined, forward: boolean): Direction | "nowhere" => {
  const layout = container === undefined ? "none" : layoutAround(container)
  if (layout === "none") return "nowhere"
  if (isAlong(layout, "left")) return forward ? "right" : "left"
  return forward ? "down" : "up"
}

const focusTowards = (target: Target, direction: Direction, descend: boolean): Outcome => {
  const { container, desktop, draft, node, workspace } = target
  if (container === undefined) {
    const output = outputBeside(desktop, workspace?.output, direction)
    const entry = output === undefined ? undefined : entryOf(desktop, output, direction)
    if (node.kind === "workspace" && entry !== undefined) setFocus(draft, entry)
    return done
  }
  const next =
    isFloating(container) && container.fullscreen === 0
      ? floatingNeighbour(container, direction)
      : tiledNeighbour(desktop, container, direction, descend)
  if (next === undefined) return done
  setFocus(draft, next)
  if (next.kind === "container") raiseFloating(next)
  return done
}

/** `focus [WHAT]`. */
export const focus: Handler = (target, args) => {
  const [what, more] = args
  const { container } = target
  if (what === undefined) {
    return container === undefined
      ? notSimulated("focus on an empty workspace, of which sway 1.7 crashes")
      : focusContainer(target, container)
  }
  if (what === "floating" || what === "tiling") return focusLayer(target, what === "floating")
  if (what === "mode_toggle") return focusLayer(target, container === undefined || !isInFloating(container))
  if (what === "output") return focusOutput(target, args.slice(1))
  if (isWord(what, "parent")) return focusParent(target)
  if (isWord(what, "child")) return focusChild(target)
  const named = directionOf(what)
  if (named !== undefined) return focusTowards(target, named, true)
  if (!isWord(what, "next", "prev")) return invalid(SYNTAX)
  const direction = alongLayout(container, isWord(what, "next"))
  if (direction === "nowhere") return done
  return focusTowards(target, direction, !(args.length === 2 && isWord(more, "sibling")))
}
