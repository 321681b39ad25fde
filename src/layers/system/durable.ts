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
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeSync,
} from "node:fs"
import { basename, dirname } from "node:path"
import { errnoOf } from "./errno.ts"
import { pathOf } from "./rawText.ts"

/**
 * The temporary name for a path, in the same directory. systemd, sway and collectors of `*.prom` files ignore such a name, and
 * {@link removeLeftovers} recognizes it.
 */
export const besideOf = (path: string): string => `${dirname(path)}/.${basename(path)}.${process.pid}.i3pm`

/** Names that only {@link besideOf} gives. */
const leftover = /^\..+\.[1-9]\d*\.i3pm$/

const syncDirectory = (path: string) => {
  const descriptor = openSync(pathOf(path), "r")
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

/** Makes a directory and its missing parents; gives the topmost one that it has made, if any. Survives a power cut. */
export const makeDirectory = (path: string, mode = 0o777): string | undefined => {
  const first = mkdirSync(pathOf(path), { recursive: true, mode })
  if (first !== undefined) {
    for (let at = path; at.length >= first.length; at = dirname(at)) syncDirectory(dirname(at))
  }
  return first
}

/**
 * Makes something under the temporary name, then puts it at the path. The temporary name is free afterwards, also on an error.
 */
const publish = (path: string, make: (beside: string) => void, put: (beside: string) => void) => {
  const beside = besideOf(path)
  rmSync(pathOf(beside), { force: true })
  try {
    make(beside)
    put(beside)
  } finally {
    // A rename has taken it away already.
    rmSync(pathOf(beside), { force: true })
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

/** Replaces whatever is at a path with a symbolic link. Survives a power cut. */
export const replaceLink = (path: string, target: string): void => {
  publish(path, beside => symlinkSync(target, pathOf(beside)), rename(path))
  syncDirectory(dirname(path))
}

/** Makes a symbolic link. Fails if the path exists. Survives a power cut. */
export const makeLink = (path: string, target: string): void => {
  symlinkSync(target, pathOf(path))
  syncDirectory(dirname(path))
}

/** Removes a file or a link. Survives a power cut. */
export const removeFile = (path: string): void => {
  unlinkSync(pathOf(path))
  syncDirectory(dirname(path))
}

const keepsDirectory: ReadonlySet<string> = new Set(["ENOENT", "ENOTEMPTY", "EEXIST", "ENOTDIR"])

/** Removes an empty directory; false for one that holds something, and for anything that is not a directory. */
export const removeIfEmpty = (path: string): boolean => {
  try {
    rmdirSync(pathOf(path))
    return true
  } catch (cause) {
    if (keepsDirectory.has(errnoOf(cause))) return false
    throw cause
  }
}

const namesIn = (directory: string) => {
  try {
    return readdirSync(pathOf(directory), { withFileTypes: true })
  } catch {
    return []
  }
}

const ignoringErrors = (act: () => unknown) => {
  try {
    act()
  } catch {
    // It may stay.
  }
}

/** Removes the empty directories directly below one. Ignores errors. */
export const removeEmptyBelow = (directory: string): void => {
  for (const entry of namesIn(directory)) {
    if (entry.isDirectory()) ignoringErrors(() => rmdirSync(`${directory}/${entry.name}`))
  }
}

/**
 * Removes files with a temporary name that killed processes have left, in a directory and directly below it. Ignores errors. The
 * caller must hold the lock of all processes that write there, or it may remove a file that is being written.
 */
export const removeLeftovers = (directory: string): void => {
  const entries = namesIn(directory)
  const below = entries.filter(entry => entry.isDirectory()).map(({ name }) => `${directory}/${name}`)
  for (const place of [directory, ...below]) {
    for (const entry of namesIn(place)) {
      if (!leftover.test(entry.name) || !(entry.isFile() || entry.isSymbolicLink())) continue
      ignoringErrors(() => unlinkSync(`${place}/${entry.name}`))
    }
  }
}
