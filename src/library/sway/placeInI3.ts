/** Reads a command as i3 does (`commands_parser.c`, tried on 4.22), up to where it ends. Pure. */
import { isInText, takesQuotes } from "../../layers/ipc/i3Text.ts"
import { endsAnyCommand, namesAfter, type Place } from "./Place.ts"

/** A text in quotes. The group is the quote that ends it, or empty. */
const quoted = /"(?:\\[\s\S]?|[^"\\])*("?)/y

/** Without the characters behind a backslash: whoever reads the command again looks for its quotes. */
const withoutEscaped = (text: string) => text.replaceAll(/\\[\s\S]/g, "\\")

/** The name that a command takes ends it, and the next one needs no `;`: all but the old name of a workspace. */
const endsByQuote = (before: string) => namesAfter.test(before) && !/^\s*rename\s+workspace\s+$/i.test(before)

const awaitsText = (command: string) =>
  takesQuotes(`${command} `) || /^\s*exec(?:\s+--no-startup-id)?\s*$/i.test(command)

/** A new line ends a text, and before one it is a space. */
const endsCommand = (char: string, command: string) =>
  endsAnyCommand(char, command) || (char === "\n" && !awaitsText(command))

/** Where a text ends. */
export const placeInI3 = (text: string): Place => {
  let command = ""
  let isInCriteria = false
  for (let at = 0; at < text.length; ) {
    const char = text.charAt(at)
    if (char === '"' && (isInCriteria || !isInText(command))) {
      quoted.lastIndex = at
      const [read = "", closing] = quoted.exec(text) ?? []
      at += read.length
      if (closing === "") return { command, isInQuotes: true, isInCriteria, takesCriteria: true }
      if (!isInCriteria) command = endsByQuote(command) ? "" : command + withoutEscaped(read)
      continue
    }
    at += 1
    if (isInCriteria) isInCriteria = char !== "]"
    else if (char === "[" && command.trim() === "") isInCriteria = true
    else command = endsCommand(char, command) ? "" : command + char
  }
  return { command, isInQuotes: false, isInCriteria, takesCriteria: true }
}
