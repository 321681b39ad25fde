/** How to call this program, for hints that can be copied. */
import { basename, relative } from "node:path"

/** `i3pm` if it is installed under that name, else `node` with the path of the entry. */
export const invocation = (): string => {
  const entry = process.argv[1]
  return entry === undefined || basename(entry) === "i3pm" ? "i3pm" : `node ${relative(process.cwd(), entry)}`
}
