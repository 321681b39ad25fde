/** True on a terminal, unless NO_COLOR is set and not empty (no-color.org). */
export const useColour = (isTerminal: boolean, noColour: string | undefined): boolean =>
  isTerminal && (noColour === undefined || noColour === "")
