/** Does what a step of `i3pm bar` says, as a user would. */
import type { Step } from "../../src/programs/cli/bar/Advice.ts"

/** The text of a file after a step. A file that does not exist is empty. */
export const applied = ({ line, text, what }: Step, before: string): string => {
  if (line === null) return `${before}${text}\n`
  const lines = before.split("\n")
  const at = line - 1
  const bracket = what.includes("[") ? "[" : "{"
  const old = lines[at] ?? ""
  const from = old.indexOf(bracket) + 1
  const added = bracket === "[" ? text : `\n${text}\n`
  lines[at] = `${old.slice(0, from)}${added}${old.slice(from)}`
  return lines.join("\n")
}
