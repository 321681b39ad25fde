/**
 * Where i3 sees the quotes of a text in a command (`commands_parser.c`, tried on 4.22): only where the text begins. Behind another word of it
 * they are a part of a text without quotes, which ends at the next `;` or `,`, and what follows is run. Pure.
 */

/** The words right before a text, by command. */
const beforeText = [
  "nop|title_format|unmark|append_layout|mode|focus output",
  "mark(?: --add| --replace| --toggle)*",
  "workspace(?: --no-auto-back-and-forth)?(?: number)?",
  'rename workspace(?:(?: (?:"[^"]*"|(?!to)[^ "]+))? to)?',
  "move(?: --no-auto-back-and-forth)?(?: window| container)?(?: to)? workspace(?: number)?",
  "move(?: window| container)?(?: to)? (?:output|mark)",
  "move workspace to output",
  "swap(?: window| container)? with (?:mark|id|con_id)",
].join("|")

const begins = new RegExp(`^ ?(?:${beforeText}) $`, "i")

/** i3 needs no space behind a keyword. */
const hasBegun = new RegExp(`^ ?(?:${beforeText}) ?[^" ]`, "i")

const oneSpaced = (command: string) => command.replaceAll(/[ \t\r\n]+/g, " ")

/** True if a text in quotes may follow: i3 takes them for quotes. `before` is the command up to there, without criteria. */
export const takesQuotes = (before: string): boolean => begins.test(oneSpaced(before))

/** True if a text in quotes that follows is a part of a text without quotes. A quoted text ends a command in i3, so another may have begun behind it. */
export const isInText = (before: string): boolean => {
  const command = oneSpaced(before)
  const starts = [0, ...Array.from(command.matchAll(/"[^"]*"/g), ({ 0: quoted, index }) => index + quoted.length)]
  return !takesQuotes(command) && starts.some(start => hasBegun.test(command.slice(start)))
}
