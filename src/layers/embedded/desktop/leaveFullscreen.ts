/** Ends fullscreen. The focus stays where it is. */
import type { Container } from "./Desktop.ts"
import { type Draft, tellWindow } from "./Draft.ts"
import { isFloating } from "./relations.ts"

/** Makes a fullscreen container an ordinary one again. */
export const leaveFullscreen = (draft: Draft, container: Container): void => {
  if (isFloating(container)) container.rect = { ...container.restore }
  if (container.fullscreen === 2) draft.desktop.fullscreenGlobal = undefined
  else if (container.workspace !== undefined) container.workspace.fullscreen = undefined
  container.fullscreen = 0
  tellWindow(draft, "fullscreen_mode", container)
}
