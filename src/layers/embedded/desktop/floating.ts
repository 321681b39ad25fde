/** Floating and tiled. */
import { addAfter, addFloating, detach, forgetShare, insertChild, insertTiling } from "./attach.ts"
import type { Container } from "./Desktop.ts"
import { type Draft, tellWindow } from "./Draft.ts"
import { giveFloatingSize } from "./floatingSize.ts"
import { focused, lastOfLayer, raise } from "./focusStack.ts"
import { isFloating, toplevel } from "./relations.ts"
import { removeEmpty } from "./removeContainer.ts"
import { takeFromScratchpad } from "./scratchpadList.ts"

const float = (draft: Draft, container: Container) => {
  const { desktop } = draft
  const { parent, workspace } = container
  if (workspace === undefined) return
  const hadFocus = focused(desktop) === container
  detach(draft, container)
  addFloating(draft, workspace, container)
  giveFloatingSize(desktop, container)
  if (parent === undefined) return
  if (hadFocus) {
    raise(desktop, parent)
    raise(desktop, container)
  }
  removeEmpty(draft, parent)
}

const tile = (draft: Draft, container: Container) => {
  const { workspace } = container
  if (workspace === undefined) return
  if (container.scratchpad) takeFromScratchpad(draft, container)
  detach(draft, container)
  const reference = lastOfLayer(draft.desktop, workspace, false)
  if (reference === undefined) insertTiling(draft, workspace, container)
  else if (reference.view !== undefined) addAfter(draft, reference, container)
  else insertChild(draft, reference, container)
  forgetShare(container)
}

/** Makes a container float, or puts it among the tiled ones, after the one that had the focus last. */
export const setFloating = (draft: Draft, container: Container, floating: boolean): void => {
  if (isFloating(container) === floating) return
  if (floating) float(draft, container)
  else tile(draft, container)
  tellWindow(draft, "floating", container)
}

/** Puts a floating container above the others of its workspace. */
export const raiseFloating = (container: Container): void => {
  const floater = toplevel(container)
  const { workspace } = floater
  if (workspace === undefined || !isFloating(floater)) return
  workspace.floating = [...workspace.floating.filter(other => other !== floater), floater]
}
