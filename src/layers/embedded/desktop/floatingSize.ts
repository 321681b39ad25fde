/** Sizes and places of floating containers, in pixels. */
import { type Container, type Desktop, TITLE } from "./Desktop.ts"
import { screenOf } from "./rectangles.ts"
import { isHidden, withDescendants } from "./relations.ts"

/** The smallest floating container, as sway has it without a setting. */
const LEAST = { width: 75, height: 50 }

/** The largest and the smallest size of a floating container. */
export const floatingLimits = ({ outputs }: Desktop) => ({
  least: LEAST,
  most: {
    width: outputs.reduce((sum, { rect }) => sum + rect.width, 0),
    height: Math.max(...outputs.map(({ rect }) => rect.height)),
  },
})

const between = (least: number, value: number, most: number) => Math.max(least, Math.min(value, most))

/** The rectangle around what a program draws: with borders and a title bar. */
export const wrapContent = (container: Container): void => {
  const { border, content, fullscreen } = container
  const bare = border === "none" || fullscreen !== 0
  const side = bare ? 0 : container.borderWidth
  const top = bare ? 0 : border === "normal" ? TITLE : side
  container.rect = {
    x: content.x - side,
    y: content.y - top,
    width: content.width + 2 * side,
    height: content.height + top + side,
  }
}

/** Moves a container with all in it. */
export const moveBy = (container: Container, x: number, y: number): void => {
  for (const { content, rect } of withDescendants(container)) {
    rect.x += x
    rect.y += y
    content.x += x
    content.y += y
  }
}

/** Moves a floating container to the middle of its workspace. */
export const moveToCenter = (container: Container): void => {
  if (container.workspace === undefined) return
  const screen = screenOf(container.workspace)
  const { height, rect, width } = { ...container.rect, rect: container.rect }
  moveBy(container, screen.x + (screen.width - width) / 2 - rect.x, screen.y + (screen.height - height) / 2 - rect.y)
}

/** Gives a container that has begun to float its size, and puts it into the middle: a window gets the size it asks for. */
export const giveFloatingSize = (desktop: Desktop, container: Container): void => {
  const { least, most } = floatingLimits(desktop)
  const { view, workspace } = container
  if (workspace === undefined || isHidden(container)) return
  const screen = screenOf(workspace)
  const wanted = view?.natural ?? { width: screen.width * 0.5, height: screen.height * 0.75 }
  const width = between(least.width, wanted.width, most.width)
  const height = between(least.height, wanted.height, most.height)
  const place = { x: screen.x + (screen.width - width) / 2, y: screen.y + (screen.height - height) / 2, width, height }
  if (view === undefined) container.rect = place
  else {
    container.content = place
    wrapContent(container)
  }
}
