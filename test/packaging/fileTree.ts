/** The files of an unpacked package. */
import * as fs from "node:fs"
import * as path from "node:path"

export interface PackagedFile {
  /** Without the first `/`. */
  readonly path: string
  /** The bits that chmod sets. */
  readonly mode: number
  /** One character a byte. */
  readonly content: string
}

/** Every file below a directory, sorted by path. Fails at anything that is neither a file nor a directory. */
export const fileTree = (directory: string): ReadonlyArray<PackagedFile> =>
  fs
    .readdirSync(directory, { recursive: true, encoding: "utf8" })
    .sort()
    .flatMap(name => {
      const file = path.join(directory, name)
      const stat = fs.lstatSync(file)
      if (stat.isDirectory()) return []
      return [{ path: name, mode: stat.mode & 0o7777, content: fs.readFileSync(file, "latin1") }]
    })

/** The text of the file at this path, which has to be there. */
export const textOf = (tree: ReadonlyArray<PackagedFile>, at: string): string => {
  const found = tree.find(each => each.path === at)
  if (found === undefined) throw new Error(`${at} is not in the package`)
  return Buffer.from(found.content, "latin1").toString("utf8")
}
