/** Rectangles of title bars and of what is below them, in pixels. Pure. */
import { type Container, NOWHERE, type Rect, TITLE, type Workspace } from "./Desktop.ts"
import { isFloating, layoutAround, siblingsOf } from "./relations.ts"

/** The rectangle of a workspace: its output's, since no bar takes space. */
export const screenOf = ({ output }: Workspace): Readonly<Rect> => output?.rect ?? NOWHERE

/** The title bar, relative to the parent; nowhere where there is none. */
export const decorationOf = (container: Container): Rect => {
  const { border, fullscreen, parent, rect, workspace } = container
  const layout = layoutAround(container)
  const floating = isFloating(container)
  const inTabs = (layout === "tabbed" || layout === "stacked") && !floating
  if ((!inTabs && border !== "normal") || fullscreen !== 0 || workspace === undefined) return { ...NOWHERE }
  const around = parent?.rect ?? screenOf(workspace)
  const siblings = siblingsOf(container) ?? []
  const index = siblings.indexOf(container)
  const bar = { x: rect.x - around.x, y: rect.y - around.y, width: rect.width, height: TITLE }
  if (!inTabs) return bar
  if (layout === "tabbed") {
    const width = Math.trunc(around.width / siblings.length)
    return { ...bar, width, x: bar.x + width * index }
  }
  const lifted = container.view === undefined ? bar.y - TITLE * siblings.length : bar.y
  return { ...bar, y: lifted + TITLE * index }
}

/** The rectangle of a container without its title bar, or in a stack without the title bars of all its siblings. */
export const shownRect = (container: Container): Rect => {
  const { height } = decorationOf(container)
  const bars = layoutAround(container) === "stacked" ? (siblingsOf(container) ?? []).length : 1
  const { rect } = container
  return { ...rect, y: rect.y + height * bars, height: rect.height - height * bars }
}
