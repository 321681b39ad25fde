/** New containers. */
import { BORDER, type Container, NOWHERE, type View } from "./Desktop.ts"
import type { Draft } from "./Draft.ts"

/** A container that is in no tree yet, for a window, or without one for other containers. It is last in the focus stack. */
export const newContainer = ({ desktop }: Draft, view: View | undefined): Container => {
  const container: Container = {
    kind: "container",
    id: desktop.nextId,
    view,
    children: [],
    layout: "none",
    splitBefore: "none",
    parent: undefined,
    workspace: undefined,
    marks: [],
    sticky: false,
    fullscreen: 0,
    scratchpad: false,
    closing: false,
    border: view === undefined ? "none" : "normal",
    borderWidth: view === undefined ? 0 : BORDER,
    opacity: 1,
    title: null,
    representation: null,
    rect: { ...NOWHERE },
    content: { ...NOWHERE },
    restore: { ...NOWHERE },
    share: { width: 0, height: 0 },
    shared: { width: 0, height: 0 },
  }
  desktop.nextId += 1
  desktop.focusStack.push(container)
  return container
}
