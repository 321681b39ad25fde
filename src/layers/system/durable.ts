/**
 * Changes to files that happen completely or not at all, also when the process is killed: the new file is written under a
 * temporary name in the same directory and then renamed or linked. Each function throws the system's error.
 */
import {
  closeSync,
  fchmodSync,
  fsyncSync,
  futimesSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  renameSync,
  rmdirSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from "node:fs"
import { dirname } from "node:path"
import { errnoOf } from "./errno.ts"
import { besideOf, removeDeadBeside, removeOwn } from "./leftovers.ts"
import { pathOf } from "./rawText.ts"

const syncDirectory = (path: string) => {
  const descriptor = openSync(pathOf(path), "r")
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

const isDirectory = (path: string) => statSync(pathOf(path), { throwIfNoEntry: false })?.isDirectory() === true

/** Whether it was made, and was not there before. */
const makeOne = (path: string, mode: number): boolean => {
  try {
    mkdirSync(pathOf(path), { mode })
    return true
  } catch (cause) {
    if (isDirectory(path)) return false
    throw cause
  }
}

/**
 * Makes a directory and its missing parents; gives the topmost one that it has made, if any. Node's own `recursive` never ends where a
 * directory exists and the system says ENOENT of all that is to be made in it, as in /proc and under autofs.
 */
const makeWithParents = (path: string, mode = 0o777): string | undefined => {
  try {
    return makeOne(path, mode) ? path : undefined
  } catch (cause) {
    const parent = dirname(path)
    if (errnoOf(cause) !== "ENOENT" || parent === path || isDirectory(parent)) throw cause
    const first = makeWithParents(parent, mode)
    return makeOne(path, mode) ? (first ?? path) : first
  }
}

/** Makes a directory and its missing parents; gives the topmost one that it has made, if any. Survives a power cut. */
export const makeDirectory = (path: string, mode = 0o777): string | undefined => {
  const first = makeWithParents(path, mode)
  if (first !== undefined) {
    for (let at = path; at.length >= first.length; at = dirname(at)) syncDirectory(dirname(at))
  }
  return first
}

/**
 * Makes something under the temporary name, then puts it at the path. The temporary name is free afterwards, also on an error, and so
 * are those of dead processes; but not where another user has made a directory of that name.
 */
const publish = (path: string, make: (beside: string) => void, put: (beside: string) => void) => {
  const beside = besideOf(path)
  const clear = () => removeOwn(beside)
  clear()
  removeDeadBeside(path)
  try {
    make(beside)
    try {
      put(beside)
    } catch (cause) {
      if (errnoOf(cause) !== "ENOENT") throw cause
      // A process that took us for dead has removed it, or there is no directory any more: then this fails, too.
      make(beside)
      put(beside)
    }
  } finally {
    // A rename has taken it away already.
    clear()
  }
}

const rename = (path: string) => (beside: string) => renameSync(pathOf(beside), pathOf(path))

/** A new file's permission bits, whatever the umask is; its time of change in seconds since the epoch, now by default. */
interface FileOptions {
  readonly mode: number
  readonly mtime?: number | undefined
}

const writeFile = (path: string, bytes: Uint8Array, { mode, mtime }: FileOptions) => {
  const descriptor = openSync(pathOf(path), "wx", 0o600)
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at)
    fchmodSync(descriptor, mode)
    if (mtime !== undefined) futimesSync(descriptor, mtime, mtime)
    // Some file systems report a full disk only here.
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

/** Replaces whatever is at a path with a file. After a power cut there is the old one or the new one. */
export const replaceFile = (path: string, bytes: Uint8Array, options: FileOptions): void =>
  publish(path, beside => writeFile(beside, bytes, options), rename(path))

/** {@link replaceFile}, and once it has returned a power cut cannot undo it. The directory must be readable for that. */
export const replaceFileDurably = (path: string, bytes: Uint8Array, options: FileOptions): void => {
  replaceFile(path, bytes, options)
  syncDirectory(dirname(path))
}

/** Makes a file with its whole content at once; false if there is already one. Of two processes that try, one gets true. */
export const createFile = (path: string, bytes: Uint8Array, options: FileOptions): boolean => {
  try {
    publish(
      path,
      beside => writeFile(beside, bytes, options),
      beside => linkSync(pathOf(beside), pathOf(path)),
    )
    return true
  } catch (cause) {
    if (errnoOf(cause) === "EEXIST") return false
    throw cause
  }
}

/**
 * Makes a directory with these files at once, by their names; false if there is something at the path. Survives a power cut. Modes are
 * what the umask leaves.
 */
export const createDirectory = (path: string, files: Readonly<Record<string, string>>): boolean => {
  // A rename would replace an empty directory.
  if (lstatSync(pathOf(path), { throwIfNoEntry: false }) !== undefined) return false
  publish(
    path,
    beside => {
      mkdirSync(pathOf(beside))
      for (const [name, text] of Object.entries(files)) {
        writeFileSync(pathOf(`${beside}/${name}`), text, { flag: "wx", flush: true })
      }
      syncDirectory(beside)
    },
    rename(path),
  )
  syncDirectory(dirname(path))
  return true
}

/** Replaces whatever is at a path with a symbolic link. Survives a power cut. */
export const replaceLink = (path: string, target: string): void => {
  publish(path, beside => symlinkSync(pathOf(target), pathOf(beside)), rename(path))
  syncDirectory(dirname(path))
}

/** Makes a symbolic link. Fails if the path exists. Survives a power cut. */
export const makeLink = (path: string, target: string): void => {
  symlinkSync(pathOf(target), pathOf(path))
  syncDirectory(dirname(path))
}

/** Removes a file or a link. Survives a power cut. */
export const removeFile = (path: string): void => {
  unlinkSync(pathOf(path))
  syncDirectory(dirname(path))
}

const keepsDirectory: ReadonlySet<string> = new Set(["ENOENT", "ENOTEMPTY", "EEXIST", "ENOTDIR"])

/**
 * Removes an empty directory; false for one that holds something, and for anything that is not a directory. Survives a power cut: what
 * remembers that the directory was made is removed next.
 */
export const removeIfEmpty = (path: string): boolean => {
  try {
    rmdirSync(pathOf(path))
  } catch (cause) {
    if (keepsDirectory.has(errnoOf(cause))) return false
    throw cause
  }
  syncDirectory(dirname(path))
  return true
}

/** Removes a directory and those above it up to `top`, as far as they are empty. Survives a power cut. */
export const removeEmptyUpTo = (path: string, top: string): void => {
  for (let at = path; at.length >= top.length; at = dirname(at)) if (!removeIfEmpty(at)) return
}
