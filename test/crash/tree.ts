/** What is in directories, to be compared to the byte. */
import * as path from "node:path"
import { entriesOf } from "../support/treeOf.ts"

/** A file with its text, a byte a character; a link with its target. The mode has the permission bits of a file, else 0. */
export interface Entry {
  readonly path: string
  readonly kind: "file" | "link" | "directory" | "other"
  readonly mode: number
  readonly content: string
}

/** Everything in some directories, in the order of paths. */
export type Tree = ReadonlyArray<Entry>

/** What is in these directories now. */
export const readTree = (roots: ReadonlyArray<string>): Tree =>
  roots.flatMap(root =>
    entriesOf(root).map(({ content, name, stat }) => ({
      path: path.join(root, name),
      kind: stat.isFile() ? "file" : stat.isSymbolicLink() ? "link" : stat.isDirectory() ? "directory" : "other",
      mode: stat.isFile() ? stat.mode & 0o7777 : 0,
      content,
    })),
  )

const textOf = (entry: Entry) => JSON.stringify(entry)

/** A name that only a file has which is being written, or a directory that goes with its process. */
export const isTemporary = (name: string): boolean => /^\..+\.\d+\.i3pm$|^i3pm-\d+-\w{6}$/.test(name)

const isBelowTemporary = (file: string) => file.split("/").some(isTemporary)

const isJson = (text: string) => {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** States of the same directories that are whole, and the directory of i3pm's own records, which come and go. */
export interface Wholes {
  readonly states: ReadonlyArray<Tree>
  readonly records: string
}

const isOwnRecord = ({ content, kind, path: file }: Entry, records: string) =>
  (file === records || file.startsWith(`${records}/`)) && (kind === "directory" || isJson(content))

/**
 * What is wrong with a tree that is on the way from one whole state to another: a file that is in none of them, such as half of one,
 * or the lack of one that is in all of them. Temporary files are none of these.
 */
export const torn = (tree: Tree, { records, states }: Wholes): ReadonlyArray<string> => {
  const known = new Set(states.flatMap(state => state.map(textOf)))
  const there = new Set(tree.map(entry => entry.path))
  const [first = [], ...others] = states.map(state => state.map(entry => entry.path))
  const always = first.filter(file => others.every(other => other.includes(file)))
  return [
    ...tree
      .filter(entry => !known.has(textOf(entry)) && !isBelowTemporary(entry.path) && !isOwnRecord(entry, records))
      .map(entry => `neither old nor new: ${textOf(entry).slice(0, 500)}`),
    ...always.filter(file => !there.has(file)).map(file => `lost: ${file}`),
  ]
}
