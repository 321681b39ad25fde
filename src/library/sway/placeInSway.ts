/** Reads a command as sway does (`commands.c`, `criteria.c`, tried on 1.7), up to where it ends. Pure. */
import { endsAnyCommand, type Place } from "./Place.ts"

/** An escaped character, a text in quotes, or one character. The last group is the quote that ends the text, or empty. */
const token = /\\[\s\S]?|(["'])(?:\\[\s\S]?|(?!\1)[^\\])*(\1?)|[\s\S]/y

/** A criterion as sway reads it (`criteria.c`): `"` ends a quoted value unless a backslash is right before it, and `'` is no quote. */
const criterion = /\s*[a-z_]*\s*(?:=\s*(?:"(?:[^"]|(?<=\\)")*(?<!\\)"|[^" \]][^ \]]*)?)?/y

/** How long the criteria at `start` are; `undefined` if they do not end. */
const criteriaLength = (text: string, start: number): number | undefined => {
  let at = start + 1
  while (text.charAt(at) !== "]") {
    criterion.lastIndex = at
    const length = criterion.exec(text)?.[0].length ?? 0
    if (length === 0) return undefined
    at += length
  }
  return at + 1 - start
}

/** Where a text ends. */
export const placeInSway = (text: string): Place => {
  let command = ""
  let takesCriteria = true
  for (let at = 0; at < text.length; ) {
    if (text.charAt(at) === "[" && takesCriteria && command.trim() === "") {
      const length = criteriaLength(text, at)
      if (length === undefined) return { command, isInQuotes: false, isInCriteria: true, takesCriteria }
      at += length
      continue
    }
    token.lastIndex = at
    const [read = "", quote, closing] = token.exec(text) ?? []
    at += read.length
    if (quote !== undefined && closing === "") {
      return { command: command + read, isInQuotes: true, isInCriteria: false, takesCriteria }
    }
    // sway puts `;` in place of a new line and of a NUL.
    if (read === "\n" || endsAnyCommand(read, command)) {
      command = ""
      takesCriteria = read !== ","
    } else command += read
  }
  return { command, isInQuotes: false, isInCriteria: false, takesCriteria }
}
