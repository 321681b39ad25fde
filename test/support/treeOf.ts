import * as fs from "node:fs"
import * as path from "node:path"

/** A file with its text, a link with its target, anything else with nothing. Bytes that are not UTF-8 are kept apart. */
const contentOf = (file: string, stat: fs.Stats): string =>
  stat.isSymbolicLink() ? fs.readlinkSync(file) : stat.isFile() ? fs.readFileSync(file, "latin1") : ""

/** Everything below a directory, in the order of names; empty if it does not exist. */
export const entriesOf = (directory: string) =>
  (fs.existsSync(directory) ? fs.readdirSync(directory, { recursive: true, encoding: "utf8" }) : [])
    .sort()
    .map(name => {
      const file = path.join(directory, name)
      const stat = fs.lstatSync(file)
      return { name, stat, content: contentOf(file, stat) }
    })
