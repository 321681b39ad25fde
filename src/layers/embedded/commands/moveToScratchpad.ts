/** `move scratchpad`. */
import { isInFloating, toplevel } from "../desktop/relations.ts"
import { hide, hideForGood } from "../desktop/scratchpad.ts"
import { wrapChildren } from "../desktop/splits.ts"
import { done, invalid, type Outcome, type Target } from "./Outcome.ts"

/** Hides a container in the scratchpad; of a workspace all that is tiled, in one container. */
export const moveToScratchpad = ({ draft, node }: Target): Outcome => {
  if (node.kind === "workspace") {
    if (node.tiling.length === 0) return invalid("Can't move an empty workspace to the scratchpad")
    const wrapped = wrapChildren(draft, node)
    node.layout = "splith"
    hideForGood(draft, wrapped)
    return done
  }
  const container = isInFloating(node) ? toplevel(node) : node
  if (!container.scratchpad) hideForGood(draft, container)
  else if (container.workspace !== undefined) hide(draft, container)
  return done
}
