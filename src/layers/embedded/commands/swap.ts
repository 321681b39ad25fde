/** `swap container with con_id|mark`: two containers change places. */
import { addFloating, insertChild, insertTiling } from "../desktop/attach.ts"
import type { Container, Desktop, Focusable, Workspace } from "../desktop/Desktop.ts"
import type { Draft } from "../desktop/Draft.ts"
import { activeWorkspace, focusedContainer, isShown, lastFocusedIn } from "../desktop/focusStack.ts"
import { setFullscreen } from "../desktop/fullscreen.ts"
import { allContainers, isBelow, isFloating, layoutAround, siblingsOf } from "../desktop/relations.ts"
import { setFocus } from "../desktop/setFocus.ts"
import { done, failed, type Handler, invalid, isWord, notSimulated } from "./Outcome.ts"

const SYNTAX = "Expected 'swap container with id|con_id|mark <arg>'"

/** Where a container is. */
const placeOf = (container: Container) => ({
  parent: container.parent,
  workspace: container.workspace,
  floating: isFloating(container),
  rect: { ...container.rect },
  share: { ...container.share },
})

const putAt = (
  draft: Draft,
  container: Container,
  { floating, parent, workspace }: ReturnType<typeof placeOf>,
  index: number,
) => {
  if (parent !== undefined) insertChild(draft, parent, container, index)
  else if (workspace !== undefined && floating) addFloating(draft, workspace, container)
  else if (workspace !== undefined) insertTiling(draft, workspace, container, index)
}

const indexOf = (container: Container) => siblingsOf(container)?.indexOf(container) ?? 0

const exchange = (draft: Draft, one: Container, other: Container) => {
  const [place, otherPlace, index] = [placeOf(one), placeOf(other), indexOf(one)]
  Object.assign(one, { rect: otherPlace.rect, share: otherPlace.share })
  Object.assign(other, { rect: place.rect, share: place.share })
  putAt(draft, one, otherPlace, indexOf(other))
  putAt(draft, other, place, index)
}

const isTabbed = (container: Container) => ["tabbed", "stacked"].includes(layoutAround(container))

/** The focus stays at its place, and so goes to the other container, unless the place is a tab. */
const refocus = (draft: Draft, one: Container, other: Container, focus: Container | undefined) => {
  const { desktop } = draft
  if (focus === undefined) return
  if (focus !== one && focus !== other) {
    setFocus(draft, focus)
    return
  }
  const counterpart = focus === one ? other : one
  const apart = one.workspace !== other.workspace
  if (isTabbed(counterpart)) {
    if (counterpart.workspace !== undefined && isShown(desktop, counterpart.workspace)) setFocus(draft, counterpart)
    setFocus(draft, apart ? counterpart : focus)
    return
  }
  setFocus(draft, apart ? counterpart : focus)
}

const shownBeside = (desktop: Desktop, { workspace }: Container): Workspace | undefined =>
  workspace?.output === undefined ? undefined : activeWorkspace(desktop, workspace.output)

const swapContainers = (draft: Draft, one: Container, other: Container) => {
  const { desktop } = draft
  const modes = [one.fullscreen, other.fullscreen] as const
  for (const each of [one, other]) setFullscreen(draft, each, 0)
  const focus = focusedContainer(desktop)
  const shown = [shownBeside(desktop, one), shownBeside(desktop, other)]
  const { previous } = desktop
  exchange(draft, one, other)
  for (const workspace of shown) {
    const last: Focusable | undefined = workspace && lastFocusedIn(desktop, workspace)
    if (workspace !== undefined && last !== undefined && !isShown(desktop, workspace)) setFocus(draft, last)
  }
  refocus(draft, one, other, focus)
  desktop.previous = previous
  setFullscreen(draft, other, modes[0])
  setFullscreen(draft, one, modes[1])
}

/** `swap container with con_id ID`, `mark MARK`. X11 windows, which `id` means, are not there. */
export const swap: Handler = ({ container, desktop, draft }, args) => {
  const [what, word, kind = "", ...rest] = args
  if (!isWord(what, "container") || !isWord(word, "with")) return invalid(SYNTAX)
  const value = rest.join(" ")
  const matches = (other: Container) =>
    isWord(kind, "con_id")
      ? other.id === Number.parseInt(value, 10)
      : isWord(kind, "mark") && other.marks.includes(value)
  if (!isWord(kind, "id", "con_id", "mark")) return invalid(SYNTAX)
  const other = allContainers(desktop).find(matches)
  if (other === undefined) return failed(`Failed to find ${kind} '${value}'`)
  if (container === undefined) return failed("Can only swap with containers and views")
  if (container === other) return failed("Cannot swap a container with itself")
  if (isBelow(container, other) || isBelow(other, container)) return failed("Cannot swap ancestor and descendant")
  if ([container, other].some(each => each.scratchpad || each.workspace === undefined)) {
    return notSimulated("swap with a window of the scratchpad")
  }
  swapContainers(draft, container, other)
  return done
}
