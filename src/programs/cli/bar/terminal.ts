/** Chooses the terminal that a click on the indicator opens. Pure. */

/** Terminals, in the order of preference, with what they need before the words of a command. */
const terminals: ReadonlyArray<readonly [name: string, ...before: ReadonlyArray<string>]> = [
  ["foot"],
  ["alacritty", "-e"],
  ["kitty"],
  ["wezterm", "start"],
  ["xdg-terminal-exec"],
  ["x-terminal-emulator", "-e"],
  ["gnome-terminal", "--"],
  ["konsole", "-e"],
  ["xterm", "-e"],
]

/**
 * The words that open a program in a terminal: in `$TERMINAL` if it is known here, else in the first one that is installed.
 * `undefined` if none is.
 */
export const terminalOf = (
  preferred: string | undefined,
  isInstalled: (name: string) => boolean,
): string | undefined => {
  const wanted = terminals.filter(([name]) => name === preferred?.replace(/^.*\//, ""))
  return [...wanted, ...terminals].find(([name]) => isInstalled(name))?.join(" ")
}
