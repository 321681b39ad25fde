/** How this program was called, for hints that can be typed as they are. */
import { basename, relative } from "node:path"

/** `i3pm` where it is installed under that name, else `node` and the path of the entry. */
export const invocation = (): string => {
  const entry = process.argv[1]
  return entry === undefined || basename(entry) === "i3pm" ? "i3pm" : `node ${relative(process.cwd(), entry)}`
}
