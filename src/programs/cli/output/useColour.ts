/** Colour only on a terminal, and never where NO_COLOR is set to anything (no-color.org). */
export const useColour = (isTerminal: boolean, noColour: string | undefined): boolean =>
  isTerminal && (noColour === undefined || noColour === "")
