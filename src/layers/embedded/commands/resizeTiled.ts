/** Resizes tiled containers: what one gains its neighbours lose. In pixels. */
import type { Container } from "../desktop/Desktop.ts"
import { layoutAround, siblingsOf } from "../desktop/relations.ts"

/** The side that moves; `width` and `height`: both sides. */
export type Edge = "width" | "height" | "left" | "right" | "up" | "down"

const edges: Readonly<Record<string, Edge>> = {
  ...{ width: "width", horizontal: "width", height: "height", vertical: "height" },
  ...{ left: "left", right: "right", up: "up", down: "down" },
}

/** Reads a side. */
export const edgeOf = (word: string | undefined): Edge | undefined => {
  const lower = word?.toLowerCase() ?? ""
  return Object.hasOwn(edges, lower) ? edges[lower] : undefined
}

/** True for the sides that move horizontally. */
export const isAcross = (edge: Edge): boolean => edge === "width" || edge === "left" || edge === "right"

/** The least size of a tiled container, as sway has it. */
const LEAST = { width: 100, height: 60 } as const

/** The nearest container around, or this one, that has a neighbour on that side. */
const resizable = (container: Container, edge: Edge): Container | undefined => {
  const along = isAcross(edge) ? "splith" : "splitv"
  for (let at: Container | undefined = container; at !== undefined; at = at.parent) {
    const siblings: ReadonlyArray<Container> = siblingsOf(at) ?? []
    const index = siblings.indexOf(at)
    const mayBeFirst = edge !== "up" && edge !== "left"
    const mayBeLast = edge !== "right" && edge !== "down"
    const fits = (mayBeFirst || index > 0) && (mayBeLast || index < siblings.length - 1)
    if (layoutAround(at) === along && siblings.length > 1 && fits) return at
  }
  return undefined
}

interface Growth {
  readonly grows: Container
  readonly shrink: ReadonlyArray<Container>
  readonly amount: number
}

/** Who grows, and at whose cost. Where the last one or a left edge is moved, its neighbour shrinks or grows instead. */
const growthOf = (container: Container, edge: Edge, amount: number): Growth | undefined => {
  const siblings = siblingsOf(container) ?? []
  const index = siblings.indexOf(container)
  const before = siblings[index - 1]
  const after = siblings[index + 1]
  const bothSides = edge === "width" || edge === "height"
  if (bothSides && before !== undefined && after !== undefined) {
    return { grows: container, shrink: [before, after], amount }
  }
  const isLeftEdge = bothSides ? after === undefined : edge === "left" || edge === "up"
  if (isLeftEdge) return before && { grows: before, shrink: [container], amount: -amount }
  return after && { grows: container, shrink: [after], amount }
}

/** Resizes a container, or one that it is in. Returns false if its own share did not change. */
export const resizeTiled = (container: Container, edge: Edge, pixels: number): boolean => {
  const side = isAcross(edge) ? "width" : "height"
  const found = resizable(container, edge)
  const growth = found && growthOf(found, edge, pixels)
  if (found === undefined || growth === undefined) return false
  const { amount, grows, shrink } = growth
  const cost = shrink.length === 2 ? Math.ceil(amount / 2) : amount
  const total = grows.shared[side]
  const tooSmall = shrink.some(({ rect }) => rect[side] - cost < LEAST[side])
  if (grows.rect[side] + amount < LEAST[side] || tooSmall || total <= 0) return false
  const shareBefore = container.share[side]
  for (const sibling of siblingsOf(grows) ?? []) sibling.share[side] = sibling.rect[side] / total
  grows.share[side] += amount / total
  for (const other of shrink) other.share[side] -= amount / total / shrink.length
  return container.share[side] !== shareBefore
}
