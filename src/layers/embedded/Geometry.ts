/** Where windows are: tiled ones share the output side by side, floating ones sit in its middle. Pixels. Pure. */
import { OUTPUT, type Window, type Workspace } from "./Desktop.ts"

/** A rectangle in the coordinates of the layout. */
export interface Rect {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** The rectangle of what has none. */
export const NOWHERE: Rect = { x: 0, y: 0, width: 0, height: 0 }
/** The whole output. */
export const SCREEN: Rect = { ...NOWHERE, width: OUTPUT.width, height: OUTPUT.height }

/** Height of a title bar: sway's default. */
export const TITLE = 25
/** Width of a border: sway's default. */
export const BORDER = 2

/** The client's own size: what a floating window is shown at. */
export const CLIENT: Rect = { ...NOWHERE, width: 700, height: 500 }

/** Where the window is, title bar included. */
export const placeOf = (workspace: Workspace, window: Window): Rect => {
  if (window.floating) {
    const [width, height] = [CLIENT.width + 2 * BORDER, CLIENT.height + BORDER + TITLE]
    return { x: (OUTPUT.width - width) / 2, y: (OUTPUT.height - CLIENT.height) / 2 - TITLE, width, height }
  }
  const tiled = workspace.windows.filter(({ floating }) => !floating)
  const width = Math.floor(OUTPUT.width / tiled.length)
  return { ...SCREEN, x: width * tiled.findIndex(({ id }) => id === window.id), width }
}
