/** Gives every container its rectangle, by the shares of the children and the layout around them. In pixels. */
import { type Container, type Desktop, type Layout, type Rect, TITLE, type Workspace } from "./Desktop.ts"
import { screenOf } from "./rectangles.ts"
import { allWorkspaces, isFloating, isHidden, layoutAround, siblingsOf } from "./relations.ts"

type Side = "width" | "height"

/** Children without a share get the average of the others; then all are made to sum up to one. */
const share = (children: ReadonlyArray<Container>, side: Side) => {
  const placed = children.filter(child => child.share[side] > 0)
  const sum = placed.reduce((total, child) => total + child.share[side], 0)
  const average = placed.length === 0 ? 1 : sum / placed.length
  for (const child of children) if (child.share[side] <= 0) child.share[side] = average
  const total = children.reduce((before, child) => before + child.share[side], 0)
  for (const child of children) child.share[side] /= total
}

/** Side by side, or one below the other. The last one takes what rounding has left. */
const inRow = (children: ReadonlyArray<Container>, box: Readonly<Rect>, side: Side) => {
  share(children, side)
  const start = side === "width" ? "x" : "y"
  let at = box[start]
  for (const [index, child] of children.entries()) {
    const isLast = index === children.length - 1
    const size = isLast ? box[start] + box[side] - at : Math.round(child.share[side] * box[side])
    child.shared[side] = box[side]
    child.rect = { ...box, [start]: at, [side]: size }
    at += size
  }
}

/** One behind the other. Below a container of others there is room for the title bars. */
const behind = (children: ReadonlyArray<Container>, box: Readonly<Rect>, bars: number) => {
  for (const child of children) {
    const above = child.view === undefined ? TITLE * bars : 0
    child.rect = { ...box, y: box.y + above, height: box.height - above }
  }
}

const arrangeChildren = (children: ReadonlyArray<Container>, layout: Layout, box: Readonly<Rect>): void => {
  if (layout === "tabbed") behind(children, box, 1)
  else if (layout === "stacked") behind(children, box, children.length)
  else inRow(children, box, layout === "splitv" ? "height" : "width")
  for (const child of children) arrangeContainer(child)
}

/** Height of the title bars that a window in a tabbed or stacked container has above it; 0 elsewhere. */
const barsAbove = (container: Container) => {
  const layout = layoutAround(container)
  if (isFloating(container) || (layout !== "tabbed" && layout !== "stacked")) return 0
  return layout === "tabbed" ? TITLE : TITLE * (siblingsOf(container)?.length ?? 1)
}

const contentOf = (container: Container): Rect => {
  const { border, rect } = container
  const bars = barsAbove(container)
  const side = border === "normal" || border === "pixel" ? container.borderWidth : 0
  const top = bars > 0 ? bars : border === "normal" ? TITLE : side
  return { x: rect.x + side, y: rect.y + top, width: rect.width - 2 * side, height: rect.height - top - side }
}

/** Arranges what is in a container. */
export const arrangeContainer = (container: Container): void => {
  if (container.view === undefined) arrangeChildren(container.children, container.layout, container.rect)
  else if (container.fullscreen !== 0) container.content = { ...container.rect }
  else if (!isHidden(container)) container.content = contentOf(container)
}

/** Arranges a workspace; where a container is fullscreen only that one. */
export const arrangeWorkspace = (workspace: Workspace): void => {
  const screen = screenOf(workspace)
  if (workspace.fullscreen !== undefined) {
    workspace.fullscreen.rect = { ...screen }
    arrangeContainer(workspace.fullscreen)
    return
  }
  arrangeChildren(workspace.tiling, workspace.layout, screen)
  for (const floater of workspace.floating) arrangeContainer(floater)
}

/** Arranges everything. What a fullscreen container hides keeps its rectangle. */
export const arrange = (desktop: Desktop): void => {
  const global = desktop.fullscreenGlobal
  if (global === undefined) {
    for (const workspace of allWorkspaces(desktop)) arrangeWorkspace(workspace)
    return
  }
  const [first] = desktop.outputs
  const last = desktop.outputs.at(-1)
  if (first === undefined || last === undefined) return
  global.rect = { ...first.rect, width: last.rect.x + last.rect.width }
  arrangeContainer(global)
}
