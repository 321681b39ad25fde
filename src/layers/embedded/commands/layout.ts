/** `layout` and the splits. */
import type { Layout } from "../desktop/Desktop.ts"
import { isFloating, isInHidden, layoutAround } from "../desktop/relations.ts"
import { renew, renewWorkspace } from "../desktop/representation.ts"
import { flatten, split, splitWorkspace, wrapChildren } from "../desktop/splits.ts"
import { done, failed, type Handler, invalid, isWord, notSimulated, type Outcome, type Target } from "./Outcome.ts"

const SYNTAX =
  "Expected 'layout default|tabbed|stacking|splitv|splith' or 'layout toggle [split|all]' or " +
  "'layout toggle [split|tabbed|stacking|splitv|splith] [split|tabbed|stacking|splitv|splith]...'"

const layouts: Readonly<Record<string, Layout>> = {
  splith: "splith",
  splitv: "splitv",
  tabbed: "tabbed",
  stacking: "stacked",
}

const layoutNamed = (word: string): Layout | undefined =>
  Object.hasOwn(layouts, word.toLowerCase()) ? layouts[word.toLowerCase()] : undefined

const isSplit = (layout: Layout) => layout === "splith" || layout === "splitv"

const otherSplit = (now: Layout, before: Layout): Layout => {
  if (isSplit(now)) return now === "splith" ? "splitv" : "splith"
  return before === "none" ? "splith" : before
}

const nextOfAll: Readonly<Record<Layout, Layout>> = {
  splith: "splitv",
  splitv: "stacked",
  stacked: "tabbed",
  tabbed: "splith",
  none: "splith",
}

/** The layout that follows the present one in a list. Words that are no layout are passed over. */
const nextInList = (words: ReadonlyArray<string>, now: Layout, before: Layout): Layout | undefined => {
  const at = words.findIndex(word => layoutNamed(word) === now || (word === "split" && isSplit(now)))
  const inTurn = [...words.slice(at + 1), ...words.slice(0, at === 0 ? 1 : Math.max(at, 0))]
  for (const word of inTurn) {
    const named = layoutNamed(word) ?? (word === "split" ? otherSplit(now, before) : undefined)
    if (named !== undefined) return named
  }
  return undefined
}

const wantedLayout = ([word = "", ...more]: ReadonlyArray<string>, now: Layout, before: Layout): Layout | undefined => {
  if (isWord(word, "default")) return before === "none" ? undefined : before
  if (!isWord(word, "toggle")) return layoutNamed(word)
  const [first] = more
  if (more.length > 1) return nextInList(more, now, before)
  if (first === undefined || isWord(first, "split")) return otherSplit(now, before)
  return isWord(first, "all") ? nextOfAll[now] : undefined
}

/** `layout WHAT`: of the parent of a container, or of a workspace. A workspace with a focused container gets a new one in it. */
export const layout: Handler = ({ container, draft, workspace }, args) => {
  if (container !== undefined && isFloating(container)) return failed("Unable to change layout of floating windows")
  const changed = container?.parent ?? workspace
  if (changed === undefined) return notSimulated("layout of a container that is hidden in the scratchpad")
  const wanted = wantedLayout(args, changed.layout, changed.splitBefore)
  if (wanted === undefined) return invalid(SYNTAX)
  if (wanted === changed.layout) return done
  if (changed.kind === "workspace" && container !== undefined) {
    const middle = wrapChildren(draft, changed)
    middle.layout = wanted
    renew(middle)
    return done
  }
  if (isSplit(changed.layout)) changed.splitBefore = changed.layout
  changed.layout = wanted
  if (changed.kind === "workspace") renewWorkspace(changed)
  else renew(changed)
  return done
}

const splitTo = ({ container, draft, workspace }: Target, to: Layout): Outcome => {
  if (container === undefined) {
    if (workspace !== undefined) splitWorkspace(draft, workspace, to)
    return done
  }
  if (isInHidden(container) && container.fullscreen !== 2) return failed("Cannot split a hidden scratchpad container")
  if (container.scratchpad) return notSimulated("a split of a window of the scratchpad")
  split(draft, container, to)
  return done
}

const unsplit = ({ container, draft }: Target): Outcome => {
  const parent = container?.parent
  if (parent === undefined || parent.children.length !== 1) {
    return failed("Can only flatten a child container with no siblings")
  }
  if (parent.scratchpad) return notSimulated("split none in the scratchpad")
  flatten(draft, parent)
  return done
}

/** `splith`. */
export const splitHorizontally: Handler = target => splitTo(target, "splith")

/** `splitv`. */
export const splitVertically: Handler = target => splitTo(target, "splitv")

/** `splitt`: across the layout around. */
export const splitAcross: Handler = target => {
  const { container } = target
  return splitTo(target, container !== undefined && layoutAround(container) === "splitv" ? "splith" : "splitv")
}

/** `split h|v|t|none`. */
export const splitTowards: Handler = (target, [word]) => {
  if (isWord(word, "v", "vertical")) return splitTo(target, "splitv")
  if (isWord(word, "h", "horizontal")) return splitTo(target, "splith")
  if (isWord(word, "t", "toggle")) return splitAcross(target, [])
  if (isWord(word, "n", "none")) return unsplit(target)
  return failed("Invalid split command (expected either horizontal or vertical).")
}
