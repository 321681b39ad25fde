/**
 * A model of what is on a disk, fed with the system calls of a program: after a power cut there is what was synced, and of the rest
 * whatever the file system had written by then. It knows no order: a change of a directory that was made later may last, and an
 * earlier one may not. Only a rename is one change.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import { HarnessError } from "../support/TestUser.ts"
import type { Call } from "./calls.ts"
import type { Entry, Tree } from "./tree.ts"

interface Content {
  readonly mode: number
  readonly bytes: Buffer
}

interface FileNode {
  readonly kind: "file"
  /** What a reader sees. */
  now: Content
  /** What was synced. */
  synced: Content
}

interface LinkNode {
  readonly kind: "link"
  readonly target: string
}

/** One change of a directory: these names get these nodes, or none. */
type Change = ReadonlyArray<readonly [name: string, node: Node | undefined]>

interface DirectoryNode {
  readonly kind: "directory"
  readonly now: Map<string, Node>
  readonly synced: Map<string, Node>
  /** The changes since the last sync, in their order. */
  readonly pending: Array<Change>
}

type Node = FileNode | LinkNode | DirectoryNode

/** What the file system had written by the time of the power cut, of what was not synced. */
export interface Luck {
  /** Whether a change of a directory has lasted. */
  readonly change: () => boolean
  /** How much of a file's new content, from 0 to 1; `undefined`: it is the one of the last sync. */
  readonly content: () => number | undefined
}

/** The extremes: nothing that was not synced, all of it, and all but the content of files. */
export const extremes: ReadonlyArray<Luck> = [
  { change: () => false, content: () => undefined },
  { change: () => true, content: () => 1 },
  { change: () => true, content: () => undefined },
]

/** Any mixture, from random numbers between 0 and 1. */
export const mixture = (random: () => number): Luck => ({
  change: () => random() < 0.5,
  content: () => (random() < 0.5 ? undefined : random()),
})

const emptyDirectory = (): DirectoryNode => ({ kind: "directory", now: new Map(), synced: new Map(), pending: [] })

const alter = (entries: Map<string, Node>, change: Change) => {
  for (const [name, node] of change) {
    if (node === undefined) entries.delete(name)
    else entries.set(name, node)
  }
}

/** What is at a path of the real file system, all of it synced. */
const load = (place: string): Node => {
  const stat = fs.lstatSync(place)
  if (stat.isSymbolicLink()) return { kind: "link", target: fs.readlinkSync(place) }
  if (!stat.isDirectory()) {
    const content = { mode: stat.mode & 0o7777, bytes: fs.readFileSync(place) }
    return { kind: "file", now: content, synced: content }
  }
  const directory = emptyDirectory()
  for (const name of fs.readdirSync(place)) {
    const node = load(path.join(place, name))
    directory.now.set(name, node)
    directory.synced.set(name, node)
  }
  return directory
}

const asLasting = (file: FileNode, luck: Luck): Content => {
  if (file.now === file.synced) return file.now
  const part = luck.content()
  if (part === undefined) return file.synced
  return { ...file.now, bytes: file.now.bytes.subarray(0, Math.ceil(file.now.bytes.length * part)) }
}

const entriesBelow = (place: string, directory: DirectoryNode, luck: Luck): Tree => {
  const entries = new Map(directory.synced)
  for (const change of directory.pending) if (luck.change()) alter(entries, change)
  return [...entries].flatMap(([name, node]): Tree => {
    const at = path.join(place, name)
    if (node.kind === "link") return [{ path: at, kind: "link", mode: 0, content: node.target }]
    if (node.kind === "directory") {
      return [{ path: at, kind: "directory", mode: 0, content: "" }, ...entriesBelow(at, node, luck)]
    }
    const { bytes, mode } = asLasting(node, luck)
    return [{ path: at, kind: "file", mode, content: bytes.toString("latin1") }]
  })
}

const byPath = (one: Entry, other: Entry) => (one.path < other.path ? -1 : 1)

const modeIn = (rest: string) => Number.parseInt(/, (0[0-7]+)$/.exec(rest)?.[1] ?? "0", 8)

/** The disk below some directories. */
export class Disk {
  readonly #roots: ReadonlyMap<string, DirectoryNode>
  readonly #open = new Map<number, Node>()

  /** Takes what these directories have now, as if all of it was synced. */
  constructor(roots: ReadonlyArray<string>) {
    this.#roots = new Map(
      roots.map(root => {
        const node = load(root)
        if (node.kind !== "directory") throw new HarnessError({ message: `${root} is not a directory` })
        return [root, node]
      }),
    )
  }

  /** What may be there if the power goes now. */
  survivors(luck: Luck): Tree {
    return [...this.#roots].flatMap(([root, node]) => [...entriesBelow(root, node, luck)].sort(byPath))
  }

  #find(file: string): Node | undefined {
    for (const [root, node] of this.#roots) {
      if (file === root) return node
      if (!file.startsWith(`${root}/`)) continue
      const names = file.slice(root.length + 1).split("/")
      return names.reduce<Node | undefined>(
        (at, name) => (at?.kind === "directory" ? at.now.get(name) : undefined),
        node,
      )
    }
    return undefined
  }

  /** The directory of a path, and the name in it. */
  #parent(file: string): readonly [DirectoryNode, string] {
    const node = this.#find(path.dirname(file))
    if (node?.kind !== "directory") throw new HarnessError({ message: `no directory for ${file}` })
    return [node, path.basename(file)]
  }

  #change(directory: DirectoryNode, change: Change) {
    alter(directory.now, change)
    directory.pending.push(change)
  }

  #put(file: string, node: Node | undefined) {
    const [directory, name] = this.#parent(file)
    this.#change(directory, [[name, node]])
  }

  #rename(from: string, to: string) {
    const node = this.#find(from)
    const [source, oldName] = this.#parent(from)
    const [target, newName] = this.#parent(to)
    if (source !== target) throw new HarnessError({ message: `a rename to another directory: ${from} to ${to}` })
    this.#change(source, [
      [oldName, undefined],
      [newName, node],
    ])
  }

  #openFile({ descriptor = -1, place = "", rest }: Call) {
    const there = this.#find(place)
    if (there === undefined && rest.includes("O_CREAT")) {
      const content = { mode: modeIn(rest), bytes: Buffer.alloc(0) }
      // The file itself lasts empty, if its name does.
      this.#put(place, { kind: "file", now: content, synced: content })
    } else if (there?.kind === "file" && rest.includes("O_TRUNC")) {
      there.now = { ...there.now, bytes: Buffer.alloc(0) }
    }
    const node = this.#find(place)
    if (node === undefined) this.#open.delete(descriptor)
    else this.#open.set(descriptor, node)
  }

  #file({ descriptor = -1, name }: Call): FileNode {
    const node = this.#open.get(descriptor)
    if (node?.kind !== "file") throw new HarnessError({ message: `${name} on something that is not a file` })
    return node
  }

  #sync({ descriptor = -1 }: Call) {
    const node = this.#open.get(descriptor)
    if (node?.kind === "file") node.synced = node.now
    if (node?.kind !== "directory") return
    for (const change of node.pending) alter(node.synced, change)
    node.pending.length = 0
  }

  #write(call: Call) {
    const file = this.#file(call)
    // Each file is written from its start to its end, once.
    file.now = { ...file.now, bytes: Buffer.concat([file.now.bytes, call.bytes]) }
  }

  /** What each call changes. Neither the mode of a directory nor times are in the model. */
  readonly #effects: Readonly<Record<string, (call: Call, first: string, second: string) => void>> = {
    open: call => this.#openFile(call),
    write: call => this.#write(call),
    pwrite: call => this.#write(call),
    fchmod: call => {
      const file = this.#file(call)
      file.now = { ...file.now, mode: modeIn(call.rest) }
    },
    fsync: call => this.#sync(call),
    fdatasync: call => this.#sync(call),
    rename: (_, from, to) => this.#rename(from, to),
    link: (_, from, to) => this.#put(to, this.#find(from)),
    symlink: (_, target, file) => this.#put(file, { kind: "link", target }),
    mkdir: (_, file) => this.#put(file, emptyDirectory()),
    unlink: (_, file) => this.#put(file, undefined),
    rmdir: (_, file) => this.#put(file, undefined),
    chmod: () => undefined,
    utimens: () => undefined,
  }

  /** Makes the change of a call. Throws for a call that it does not know. */
  apply(call: Call): void {
    const effect = this.#effects[call.name.replace(/(at2?|64)$/, "")]
    if (effect === undefined) throw new HarnessError({ message: `the model of the disk does not know ${call.name}` })
    effect(call, call.strings[0] ?? "", call.strings[1] ?? "")
  }
}
