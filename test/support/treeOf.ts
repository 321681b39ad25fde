import * as fs from "node:fs"
import * as path from "node:path"

/** Everything below a directory, by name: a file with its text, a link with its target, a directory with nothing. */
export const treeOf = (directory: string): ReadonlyArray<readonly [name: string, content: string]> => {
  if (!fs.existsSync(directory)) return []
  return fs
    .readdirSync(directory, { recursive: true, encoding: "utf8" })
    .sort()
    .map(name => {
      const file = path.join(directory, name)
      const stat = fs.lstatSync(file)
      if (stat.isSymbolicLink()) return [name, fs.readlinkSync(file)]
      return [name, stat.isFile() ? fs.readFileSync(file, "utf8") : ""]
    })
}
