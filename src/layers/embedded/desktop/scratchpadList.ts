/** The list of the scratchpad's windows. */
import type { Container } from "./Desktop.ts"
import { type Draft, tellWindow } from "./Draft.ts"

/** Makes a window of the scratchpad an ordinary one. It stays where it is. */
export const takeFromScratchpad = (draft: Draft, container: Container): void => {
  const { desktop } = draft
  container.scratchpad = false
  desktop.scratchpad = desktop.scratchpad.filter(other => other !== container)
  tellWindow(draft, "move", container)
}
