/** Rectangles of windows, in pixels. Tiled windows share the output side by side; floating ones are centred. Pure. */
import { OUTPUT, type Window, type Workspace } from "./Desktop.ts"

/** A rectangle in layout coordinates. */
export interface Rect {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** The rectangle of a node that has none. */
export const NOWHERE: Rect = { x: 0, y: 0, width: 0, height: 0 }
/** The whole output. */
export const SCREEN: Rect = { ...NOWHERE, width: OUTPUT.width, height: OUTPUT.height }

/** Height of a title bar: sway's default. */
export const TITLE = 25
/** Width of a border: sway's default. */
export const BORDER = 2

/** The size of a floating window's content. */
export const CLIENT: Rect = { ...NOWHERE, width: 700, height: 500 }

/** The rectangle of a window with its title bar. */
export const placeOf = (workspace: Workspace, window: Window): Rect => {
  if (window.floating) {
    const [width, height] = [CLIENT.width + 2 * BORDER, CLIENT.height + BORDER + TITLE]
    return { x: (OUTPUT.width - width) / 2, y: (OUTPUT.height - CLIENT.height) / 2 - TITLE, width, height }
  }
  const tiled = workspace.windows.filter(({ floating }) => !floating)
  const width = Math.floor(OUTPUT.width / tiled.length)
  return { ...SCREEN, x: width * tiled.findIndex(({ id }) => id === window.id), width }
}
