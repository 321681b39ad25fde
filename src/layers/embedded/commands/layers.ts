/** `floating`, `sticky`, `fullscreen` and `scratchpad`: what a container lies above. */
import { addFloating, detach } from "../desktop/attach.ts"
import type { Container, Workspace } from "../desktop/Desktop.ts"
import { tellWindow } from "../desktop/Draft.ts"
import { setFloating } from "../desktop/floating.ts"
import { activeWorkspace, focusedContainer, focusedWorkspace } from "../desktop/focusStack.ts"
import { setFullscreen } from "../desktop/fullscreen.ts"
import { isFloating, isHidden, isInFloating, isInHidden, isSticky, toplevel } from "../desktop/relations.ts"
import { hide, show } from "../desktop/scratchpad.ts"
import { setFocus } from "../desktop/setFocus.ts"
import { wrapChildren } from "../desktop/splits.ts"
import { removeIfEmpty } from "../desktop/workspaces.ts"
import {
  booleanOf,
  done,
  failed,
  type Handler,
  invalid,
  isWord,
  notSimulated,
  type Outcome,
  type Target,
} from "./Outcome.ts"

/** All that is tiled on a workspace, in a container that has the focus. */
const wrapWorkspace = ({ draft }: Target, workspace: Workspace): Container => {
  const middle = wrapChildren(draft, workspace)
  workspace.layout = "splith"
  setFocus(draft, middle)
  return middle
}

/** `floating enable|disable|toggle`. */
export const floating: Handler = (target, [word = ""]) => {
  const { draft, node } = target
  if (node.kind === "workspace" && node.tiling.length === 0) return invalid("Can't float an empty workspace")
  const container = node.kind === "container" ? node : wrapWorkspace(target, node)
  if (isHidden(container)) return invalid("Can't change floating on hidden scratchpad container")
  const changed = isInFloating(container) ? toplevel(container) : container
  setFloating(draft, changed, booleanOf(word, isFloating(changed)))
  return done
}

/** `sticky enable|disable|toggle`: a floating container that is on every workspace of its output. */
export const sticky: Handler = ({ container, desktop, draft }, [word = ""]) => {
  if (container === undefined) return failed("No current container")
  container.sticky = booleanOf(word, container.sticky)
  const { workspace } = container
  const shown = workspace?.output === undefined ? undefined : activeWorkspace(desktop, workspace.output)
  if (!isSticky(toplevel(container)) || workspace === undefined || shown === undefined || shown === workspace) {
    return done
  }
  detach(draft, container)
  addFloating(draft, shown, container)
  removeIfEmpty(draft, workspace)
  return done
}

/** `fullscreen [enable|disable|toggle] [global]`. Nothing happens to a workspace. */
export const fullscreen: Handler = ({ container, draft }, [word, more]) => {
  if (container === undefined) return done
  if (isInHidden(container)) return notSimulated("fullscreen of a container that is hidden in the scratchpad")
  const isNow = container.fullscreen !== 0
  const enabled = word === undefined || isWord(word, "global") ? !isNow : booleanOf(word, isNow)
  const global = more === undefined ? isWord(word, "global") : isWord(more, "global")
  setFullscreen(draft, container, enabled ? (global ? 2 : 1) : 0)
  return done
}

/** Hides the focused window of the scratchpad, or shows the next one. */
const toggleNext = ({ desktop, draft }: Target): Outcome => {
  const focus = focusedContainer(desktop)
  const top = focus !== undefined && isInFloating(focus) ? toplevel(focus) : focus
  if (top?.scratchpad === true) {
    hide(draft, top)
    return done
  }
  const here = focusedWorkspace(desktop).floating.find(floater => floater.scratchpad && floater !== top)
  if (here !== undefined) {
    show(draft, here)
    return done
  }
  const [next] = desktop.scratchpad
  if (next === undefined) return done
  show(draft, next)
  tellWindow(draft, "move", next)
  return done
}

/** `scratchpad show`: with criteria the matched window of the scratchpad is shown, or hidden if it is on this workspace. */
export const scratchpad: Handler = (target, [word]) => {
  const { chosen, container, desktop, draft } = target
  if (word !== "show") return invalid("Expected 'scratchpad show'")
  if (desktop.scratchpad.length === 0) return invalid("Scratchpad is empty")
  if (!chosen) return toggleNext(target)
  const top = container !== undefined && isInFloating(container) ? toplevel(container) : container
  if (top?.scratchpad !== true) return done
  if (top.workspace !== undefined && top.workspace === focusedWorkspace(desktop)) {
    hide(draft, top)
    return done
  }
  show(draft, top)
  tellWindow(draft, "move", top)
  return done
}
