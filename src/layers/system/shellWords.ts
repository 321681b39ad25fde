/** Commands as text for a POSIX shell, for a user to copy. Pure. */

/** Quotes a word for a POSIX shell, if it needs quotes. */
export const shellWord = (word: string): string =>
  /^[\w/.+:@%,=-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`

/** A command as a line for a POSIX shell. */
export const shellLine = (command: ReadonlyArray<string>): string => command.map(shellWord).join(" ")

/** The words that edit a file in place. A link stays, such as one to a directory of dotfiles, and the file that it leads to is changed. */
export const EDIT = ["sed", "-i", "--follow-symlinks"] as const
