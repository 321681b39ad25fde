/** `move position`: of floating containers. In pixels. */
import { addFloating, detach } from "../desktop/attach.ts"
import type { Container, Desktop, Rect } from "../desktop/Desktop.ts"
import { moveBy } from "../desktop/floatingSize.ts"
import { activeWorkspace, focusedWorkspace } from "../desktop/focusStack.ts"
import { screenOf } from "../desktop/rectangles.ts"
import { isFloating, isHidden } from "../desktop/relations.ts"
import { renewUrgency } from "../desktop/workspaces.ts"
import { type Amount, readAmount } from "./amount.ts"
import { done, failed, type Handler, invalid, notSimulated, type Outcome, type Target } from "./Outcome.ts"

const SYNTAX =
  "Expected 'move [absolute] position <x> [px] <y> [px]' or 'move [absolute] position center' or " +
  "'move position cursor|mouse|pointer'"

/** The output below the middle of a container, or the nearest one. */
const outputBelow = ({ outputs }: Desktop, { rect }: Container) => {
  const middle = rect.x + rect.width / 2
  const away = ({ x, width }: Readonly<Rect>) => Math.max(x - middle, 0, middle - (x + width))
  return [...outputs].sort((left, right) => away(left.rect) - away(right.rect))[0]
}

/** Moves a floating container; it then belongs to the workspace that is shown there. */
export const placeAt = ({ desktop, draft }: Target, container: Container, x: number, y: number): void => {
  moveBy(container, x - container.rect.x, y - container.rect.y)
  const from = container.workspace
  const output = outputBelow(desktop, container)
  const to = output === undefined ? undefined : activeWorkspace(desktop, output)
  if (isHidden(container) || from === undefined || to === undefined || from === to) return
  detach(draft, container)
  addFloating(draft, to, container)
  renewUrgency(draft, from)
  renewUrgency(draft, to)
}

const toCenter = (target: Target, container: Container, absolute: boolean): Outcome => {
  const { desktop } = target
  const screen = screenOf(container.workspace ?? focusedWorkspace(desktop))
  const width = absolute ? desktop.outputs.reduce((sum, { rect }) => sum + rect.width, 0) : screen.width
  const left = absolute ? 0 : screen.x
  const { rect } = container
  placeAt(target, container, left + (width - rect.width) / 2, screen.y + (screen.height - rect.height) / 2)
  return done
}

const toPixels = ({ amount, unit }: Amount, size: number) => (unit === "ppt" ? (size * amount) / 100 : amount)

const toPoint = (target: Target, container: Container, absolute: boolean, args: ReadonlyArray<string>): Outcome => {
  if (args.length < 2) return failed(SYNTAX)
  const { amount: x, used } = readAmount(args)
  if (x === undefined) return invalid("Invalid x position specified")
  const left = args.slice(used)
  if (left.length === 0) return failed(SYNTAX)
  const { amount: y, used: usedByY } = readAmount(left)
  if (left.length > usedByY) return invalid(SYNTAX)
  if (y === undefined) return invalid("Invalid y position specified")
  if (x.unit === "ppt" || y.unit === "ppt") {
    if (isHidden(container)) return failed("Cannot move a hidden scratchpad container by ppt")
    if (absolute) return failed("Cannot move to absolute positions by ppt")
  }
  const screen = screenOf(container.workspace ?? focusedWorkspace(target.desktop))
  const origin = absolute ? { x: 0, y: 0 } : screen
  placeAt(target, container, origin.x + toPixels(x, screen.width), origin.y + toPixels(y, screen.height))
  return done
}

/** `move [absolute] position X Y`, `center`. */
export const movePosition: Handler = (target, args) => {
  const { container } = target
  if (container === undefined || !isFloating(container)) {
    return failed("Only floating containers can be moved to an absolute position")
  }
  const absolute = args[0] === "absolute"
  const words = args.slice(absolute ? 1 : 0)
  const place = words.slice(words[0] === "position" ? 1 : 0)
  const [first] = place
  if (first === undefined) return invalid(SYNTAX)
  if (["cursor", "mouse", "pointer"].includes(first)) {
    return absolute ? invalid(SYNTAX) : notSimulated("move position pointer")
  }
  return first === "center" ? toCenter(target, container, absolute) : toPoint(target, container, absolute, place)
}
