/** Splits each window along its longer side, so that the next one takes half of it. */
import type { Node, SwayClient, Tree } from "i3pm/promise"
import { SwayError } from "i3pm/promise"

/** The split of a window; `undefined` where it has that one already, or its layout is the user's own choice. */
export const splitFor = (tree: Tree, window: Node): "splith" | "splitv" | undefined => {
  const parent = tree.parentOf(window)
  const isTiled = parent?.layout === "splith" || parent?.layout === "splitv"
  if (!isTiled || window.type !== "con" || window.fullscreen_mode === 1) return undefined
  const wanted = window.rect.height > window.rect.width ? "splitv" : "splith"
  return parent.layout === wanted ? undefined : wanted
}

const splitFocused = async (sway: Pick<SwayClient, "tree" | "command">) => {
  const tree = await sway.tree()
  const window = tree.focused
  const split = window === undefined ? undefined : splitFor(tree, window)
  if (window !== undefined && split !== undefined) await sway.command(`[con_id=${window.id}] ${split}`)
}

/** A compositor that has just ended, or a window: the next event comes. */
const report = (error: unknown) => {
  if (!(error instanceof SwayError)) throw error
  console.warn(error.message)
}

/** Splits the window with the focus whenever that changes, also after a restart of sway, until the connection is closed. */
export const autotile = async (sway: Pick<SwayClient, "changes" | "tree" | "command">): Promise<void> => {
  for await (const change of sway.changes(["window"])) {
    const isNew = change._tag === "State" || (change._tag === "Event" && change.payload.change === "focus")
    if (isNew) await splitFocused(sway).catch(report)
  }
}
