/** How to call this program, for hints that can be copied. */
import { basename, relative } from "node:path"
import { shellLine } from "../../layers/system/shellWords.ts"
import { launcherOf } from "./launcher.ts"

/** `i3pm` if it is installed under that name, else `node` with the path of the entry. */
export const invocation = (): string => {
  const entry = process.argv[1]
  const isInstalled = entry === undefined || basename(entry) === "i3pm" || launcherOf(entry) !== undefined
  return isInstalled ? "i3pm" : shellLine(["node", relative(process.cwd(), entry)])
}
