/** What programs do with their windows: open, rename and close them, and ask for attention. */
import { arrange, arrangeContainer, arrangeWorkspace } from "./arrange.ts"
import { addAfter, insertTiling } from "./attach.ts"
import type { Container, Desktop, Workspace } from "./Desktop.ts"
import { type Draft, tellWindow } from "./Draft.ts"
import { setFloating } from "./floating.ts"
import { focusedContainer, focusedWorkspace, lastFocusedIn, lastOfLayer, lastWindowIn } from "./focusStack.ts"
import { newContainer } from "./newContainer.ts"
import { isFloating } from "./relations.ts"
import { closeWindow } from "./removeContainer.ts"
import { renew } from "./representation.ts"
import { setFocus, setUrgent } from "./setFocus.ts"
import { renewUrgency } from "./workspaces.ts"

/** The size of a window that asks for none, in pixels: foot's. */
const NATURAL = { width: 700, height: 500 } as const

/** A window as a program opens it. */
export interface NewWindow {
  readonly appId: string
  readonly title: string
  readonly pid: number
  /** True for a dialog: it floats from the start. */
  readonly floating?: boolean
}

/** The container that a new window comes after: never a floating one. */
const neighbour = (desktop: Desktop, workspace: Workspace) => {
  const last = lastFocusedIn(desktop, workspace)
  if (last?.kind !== "container") return undefined
  if (!isFloating(last)) return last
  const tiled = lastOfLayer(desktop, workspace, false)
  return tiled === undefined ? undefined : (lastWindowIn(desktop, tiled) ?? tiled)
}

/** A window behind a fullscreen one does not get the focus. */
const getsFocus = (desktop: Desktop, { workspace }: Container) =>
  desktop.fullscreenGlobal === undefined &&
  workspace?.fullscreen === undefined &&
  workspace === focusedWorkspace(desktop)

/** Opens a window on the focused workspace. Returns its id. */
export const openWindow = (draft: Draft, { appId, floating, pid, title }: NewWindow): number => {
  const { desktop } = draft
  const view = {
    appId,
    title,
    pid,
    natural: NATURAL,
    urgentSince: 0,
    mayBeUrgent: true,
    inhibitsIdle: "none" as const,
  }
  const container = newContainer(draft, view)
  const workspace = focusedWorkspace(desktop)
  const before = neighbour(desktop, workspace)
  if (before !== undefined) addAfter(draft, before, container)
  else insertTiling(draft, workspace, container)
  tellWindow(draft, "new", container)
  if (floating === true) setFloating(draft, container, true)
  container.title = title
  tellWindow(draft, "title", container)
  renew(container)
  if (container.parent !== undefined) arrangeContainer(container.parent)
  else if (container.workspace !== undefined) arrangeWorkspace(container.workspace)
  if (getsFocus(desktop, container)) setFocus(draft, container)
  return container.id
}

/** Changes the title of a window. */
export const renameWindow = (draft: Draft, container: Container, title: string): void => {
  if (container.view === undefined || container.title === title) return
  container.view.title = title
  container.title = title
  tellWindow(draft, "title", container)
}

/** Closes a window: its program has ended. */
export const endWindow = (draft: Draft, container: Container): void => {
  const { view, workspace } = container
  if (view !== undefined) view.inhibitsIdle = "none"
  closeWindow(draft, container)
  arrange(draft.desktop)
  if (workspace?.output !== undefined) renewUrgency(draft, workspace)
}

/** A program asks for attention. The focused window does not become urgent. */
export const askForAttention = (draft: Draft, container: Container): void => {
  if (container.view?.mayBeUrgent === true && focusedContainer(draft.desktop) !== container) {
    setUrgent(draft, container, true)
  }
}
