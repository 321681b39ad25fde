/** Directions, and what lies in them. */
import type { Container, Desktop, Focusable, Layout, Output, Workspace } from "../desktop/Desktop.ts"
import { activeWorkspace, lastFocusedIn, lastOfLayer, lastWindowIn } from "../desktop/focusStack.ts"
import { layoutAround, siblingsOf } from "../desktop/relations.ts"
import { isWord } from "./Outcome.ts"

/** A direction on the screen. */
export type Direction = "left" | "right" | "up" | "down"

const directions: ReadonlyArray<Direction> = ["left", "right", "up", "down"]

/** Reads a direction. */
export const directionOf = (word: string | undefined): Direction | undefined =>
  directions.find(direction => isWord(word, direction))

/** -1 towards the first child, 1 towards the last. */
export const stepOf = (direction: Direction): -1 | 1 => (direction === "left" || direction === "up" ? -1 : 1)

/** True if children in this layout lie one after the other in this direction. */
export const isAlong = (layout: Layout, direction: Direction): boolean =>
  direction === "left" || direction === "right"
    ? layout === "splith" || layout === "tabbed"
    : layout === "splitv" || layout === "stacked"

/** The output beside this one. Outputs lie in a row. */
export const outputBeside = (
  desktop: Desktop,
  output: Output | undefined,
  direction: Direction,
): Output | undefined => {
  if (output === undefined || direction === "up" || direction === "down") return undefined
  return desktop.outputs[desktop.outputs.indexOf(output) + stepOf(direction)]
}

/** The output at the other end, where there is none beside. */
export const outputAround = (desktop: Desktop, output: Output, direction: Direction): Output | undefined => {
  if (direction === "up" || direction === "down") return undefined
  const end = direction === "left" ? desktop.outputs.at(-1) : desktop.outputs[0]
  return end === output ? undefined : end
}

/** What gets the focus on an output that is entered in a direction: the window that is met first. */
export const entryOf = (desktop: Desktop, output: Output, direction: Direction): Focusable | undefined => {
  const workspace = activeWorkspace(desktop, output)
  if (workspace === undefined) return undefined
  if (workspace.fullscreen !== undefined) return lastFocusedIn(desktop, workspace.fullscreen)
  const met = isAlong(workspace.layout, direction)
    ? workspace.tiling.at(stepOf(direction) === 1 ? 0 : -1)
    : lastOfLayer(desktop, workspace, false)
  return met === undefined ? workspace : lastWindowIn(desktop, met)
}

const onOtherOutput = (desktop: Desktop, workspace: Workspace | undefined, direction: Direction) => {
  const output = outputBeside(desktop, workspace?.output, direction)
  return output === undefined ? undefined : entryOf(desktop, output, direction)
}

/**
 * The neighbour of a tiled container: the next one where a container around it has its children in this direction, then what is on
 * the next output, then the one at the other end. With `descend` the window in it that had the focus last.
 */
export const tiledNeighbour = (
  desktop: Desktop,
  container: Container,
  direction: Direction,
  descend: boolean,
): Focusable | undefined => {
  let around: Container | undefined
  for (let at: Container | undefined = container; at !== undefined; at = at.parent) {
    if (at.fullscreen === 1) return onOtherOutput(desktop, at.workspace, direction)
    if (at.fullscreen === 2) return undefined
    const siblings = siblingsOf(at) ?? []
    if (!isAlong(layoutAround(at), direction)) continue
    const next = siblings[siblings.indexOf(at) + stepOf(direction)]
    if (next !== undefined) return descend ? lastWindowIn(desktop, next) : next
    if (siblings.length > 1) around ??= siblings.at(stepOf(direction) === 1 ? 0 : -1)
  }
  const other = onOtherOutput(desktop, container.workspace, direction)
  return other ?? (around === undefined ? undefined : lastWindowIn(desktop, around))
}

/** The floating container of the same workspace whose middle is nearest in this direction. */
export const floatingNeighbour = (container: Container, direction: Direction): Container | undefined => {
  const across = direction === "left" || direction === "right"
  const middle = ({ rect }: Container) => (across ? rect.x + rect.width / 2 : rect.y + rect.height / 2)
  let [nearest, least] = [undefined as Container | undefined, Number.POSITIVE_INFINITY]
  for (const other of container.workspace?.floating ?? []) {
    const distance = (middle(other) - middle(container)) * stepOf(direction)
    if (other === container || distance < 0 || distance >= least) continue
    nearest = other
    least = distance
  }
  return nearest
}
