/** The directories of the simulated machine: names, inodes and times, as the system calls of a program see them. */
import { EventEmitter } from "node:events"
import { basename, dirname } from "node:path"
import type { BoundSocket } from "./Sockets.ts"

/** A file with its inode. Times are in nanoseconds since the epoch. */
export interface File {
  readonly ino: number
  readonly kind: "directory" | "file" | "socket"
  readonly uid: number
  mode: number
  mtimeNs: bigint
  ctimeNs: bigint
  /** The names of a directory. */
  readonly entries: Map<string, File>
  /** What is bound to a socket file. */
  readonly bound: BoundSocket | undefined
}

/** An error of a system call. */
export class SystemError extends Error {
  readonly code: string
  readonly syscall: string
  readonly path: string

  constructor(code: string, syscall: string, path: string) {
    super(`${code}: ${syscall} '${path}'`)
    this.code = code
    this.syscall = syscall
    this.path = path
  }
}

/** A watch of a directory, as `fs.watch` gives it. */
export class DirectoryWatch extends EventEmitter {
  readonly #onClose: () => void

  constructor(onClose: () => void) {
    super()
    this.#onClose = onClose
  }

  close(): void {
    this.#onClose()
  }
}

/** What happens around a system call. It may throw the error of a call that is to fail, or change the machine before it. */
export type BeforeCall = (syscall: string, path: string) => void

/** What the files need of the machine. */
export interface FilesOptions {
  readonly uid: number
  /** Nanoseconds since the epoch. */
  readonly wallNs: () => bigint
  readonly beforeCall: BeforeCall
  /** Brings an event of a directory to its watcher: later, or never. */
  readonly deliver: (event: () => void) => void
}

const S_IFDIR = 0o040000
const S_IFREG = 0o100000
const S_IFSOCK = 0o140000
const formatBits = { directory: S_IFDIR, file: S_IFREG, socket: S_IFSOCK }

/** The type and permission bits of a file, as `st_mode` has them. */
export const modeOf = ({ kind, mode }: File): number => formatBits[kind] | mode

/** The files of one machine. Methods are named after the system calls and throw their errors. */
export class Files {
  readonly #options: FilesOptions
  readonly #root: File
  readonly #watches = new Map<File, Set<(name: string) => void>>()
  #inodes = 1

  constructor(options: FilesOptions) {
    this.#options = options
    this.#root = this.make("directory", 0o755)
  }

  /** The number of watches that are open. */
  get watches(): number {
    return [...this.#watches.values()].reduce((sum, { size }) => sum + size, 0)
  }

  /** A file without a name yet. */
  make(kind: File["kind"], mode: number, bound?: BoundSocket): File {
    const now = this.#options.wallNs()
    this.#inodes += 1
    const { uid } = this.#options
    return { ino: this.#inodes, kind, uid, mode, mtimeNs: now, ctimeNs: now, entries: new Map(), bound }
  }

  /** The file at a path, whoever looks. */
  peek(path: string): File | undefined {
    let file: File | undefined = this.#root
    for (const name of path.split("/")) {
      if (name === "") continue
      file = file?.entries.get(name)
    }
    return file
  }

  #directoryOf(path: string, syscall: string): File {
    const directory = this.peek(dirname(path))
    if (directory === undefined) throw new SystemError("ENOENT", syscall, path)
    if (directory.kind !== "directory") throw new SystemError("ENOTDIR", syscall, path)
    return directory
  }

  #tell(directory: File, name: string): void {
    const now = this.#options.wallNs()
    directory.mtimeNs = now
    directory.ctimeNs = now
    for (const onName of this.#watches.get(directory) ?? []) this.#options.deliver(() => onName(name))
  }

  /** Names a file: link(2), or the creation of a file. */
  add(path: string, file: File, syscall: string): void {
    const directory = this.#directoryOf(path, syscall)
    if (directory.entries.has(basename(path))) throw new SystemError("EEXIST", syscall, path)
    directory.entries.set(basename(path), file)
    file.ctimeNs = this.#options.wallNs()
    this.#tell(directory, basename(path))
  }

  /** Takes a name away, by whomever. */
  drop(path: string): void {
    const directory = this.peek(dirname(path))
    const file = directory?.entries.get(basename(path))
    if (directory === undefined || file === undefined) return
    directory.entries.delete(basename(path))
    file.ctimeNs = this.#options.wallNs()
    this.#tell(directory, basename(path))
  }

  stat(path: string, syscall: "stat" | "lstat"): File {
    this.#options.beforeCall(syscall, path)
    const file = this.peek(path)
    if (file === undefined) throw new SystemError("ENOENT", syscall, path)
    return file
  }

  readdir(path: string): ReadonlyArray<string> {
    this.#options.beforeCall("scandir", path)
    const directory = this.peek(path)
    if (directory === undefined) throw new SystemError("ENOENT", "scandir", path)
    if (directory.kind !== "directory") throw new SystemError("ENOTDIR", "scandir", path)
    return [...directory.entries.keys()]
  }

  mkdir(path: string, mode: number): void {
    this.#options.beforeCall("mkdir", path)
    this.add(path, this.make("directory", mode), "mkdir")
  }

  rmdir(path: string): void {
    this.#options.beforeCall("rmdir", path)
    const directory = this.peek(path)
    if (directory === undefined) throw new SystemError("ENOENT", "rmdir", path)
    if (directory.entries.size > 0) throw new SystemError("ENOTEMPTY", "rmdir", path)
    this.drop(path)
  }

  unlink(path: string): void {
    this.#options.beforeCall("unlink", path)
    if (this.peek(path) === undefined) throw new SystemError("ENOENT", "unlink", path)
    this.drop(path)
  }

  link(from: string, to: string): void {
    this.#options.beforeCall("link", to)
    const file = this.peek(from)
    if (file === undefined) throw new SystemError("ENOENT", "link", from)
    this.add(to, file, "link")
  }

  rename(from: string, to: string): void {
    this.#options.beforeCall("rename", from)
    const file = this.peek(from)
    if (file === undefined) throw new SystemError("ENOENT", "rename", from)
    this.#directoryOf(to, "rename")
    this.drop(from)
    this.drop(to)
    this.add(to, file, "rename")
  }

  chmod(path: string, mode: number): void {
    this.#options.beforeCall("chmod", path)
    const file = this.peek(path)
    if (file === undefined) throw new SystemError("ENOENT", "chmod", path)
    file.mode = mode
    file.ctimeNs = this.#options.wallNs()
  }

  watch(path: string, onName: (name: string) => void): DirectoryWatch {
    this.#options.beforeCall("watch", path)
    const directory = this.peek(path)
    if (directory === undefined) throw new SystemError("ENOENT", "watch", path)
    const watches = this.#watches.get(directory) ?? new Set()
    this.#watches.set(directory, watches)
    watches.add(onName)
    return new DirectoryWatch(() => watches.delete(onName))
  }
}
