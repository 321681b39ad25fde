/**
 * Changes to files that a crash or a power cut leaves either undone or done: what is new is written beside its place and synced,
 * renamed into it, and the directory is synced. Each throws the system's error.
 */
import {
  closeSync,
  fchmodSync,
  fsyncSync,
  futimesSync,
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

/** The name under which something is written before it has its own. systemd and sway look at no such name. */
const besideOf = (path: string) => `${dirname(path)}/.${basename(path)}.${process.pid}.i3pm`

/** Names that only {@link besideOf} gives. */
const leftover = /^\..+\.[1-9]\d*\.i3pm$/

const syncDirectory = (path: string) => {
  const descriptor = openSync(path, "r")
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

/** Makes a directory and those above it that are not there; gives the topmost that it has made. */
export const makeDirectory = (path: string, mode = 0o777): string | undefined => {
  const first = mkdirSync(path, { recursive: true, mode })
  if (first !== undefined) {
    for (let at = path; at.length >= first.length; at = dirname(at)) syncDirectory(dirname(at))
  }
  return first
}

const replace = (path: string, make: (beside: string) => void) => {
  const beside = besideOf(path)
  rmSync(beside, { force: true })
  try {
    make(beside)
    renameSync(beside, path)
  } catch (cause) {
    rmSync(beside, { force: true })
    throw cause
  }
  syncDirectory(dirname(path))
}

/** Puts a file with these bytes in the place of what is there; `mtime` in seconds since the epoch, now by default. */
export const replaceFile = (
  path: string,
  bytes: Uint8Array,
  { mode, mtime }: { readonly mode: number; readonly mtime?: number | undefined },
): void =>
  replace(path, beside => {
    const descriptor = openSync(beside, "wx", 0o600)
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at)
      // The umask does not apply to what is put back.
      fchmodSync(descriptor, mode)
      if (mtime !== undefined) futimesSync(descriptor, mtime, mtime)
      fsyncSync(descriptor)
    } finally {
      closeSync(descriptor)
    }
  })

/** Puts a symbolic link in the place of what is there. */
export const replaceLink = (path: string, target: string): void => replace(path, beside => symlinkSync(target, beside))

/** Makes a symbolic link where nothing is. */
export const makeLink = (path: string, target: string): void => {
  symlinkSync(target, path)
  syncDirectory(dirname(path))
}

/** Removes a file or a link. */
export const removeFile = (path: string): void => {
  unlinkSync(path)
  syncDirectory(dirname(path))
}

const namesIn = (directory: string) => {
  try {
    return readdirSync(directory, { withFileTypes: true })
  } catch {
    return []
  }
}

/** Removes the directories right below one that hold nothing. */
export const removeEmptyBelow = (directory: string): void => {
  for (const entry of namesIn(directory)) {
    if (!entry.isDirectory()) continue
    try {
      rmdirSync(`${directory}/${entry.name}`)
    } catch {
      // Something is in it.
    }
  }
}

/**
 * Removes what a killed process has left beside its place, in a directory and in those right below it. Only for who holds the
 * lock that all who write there take.
 */
export const removeLeftovers = (directory: string): void => {
  const entries = namesIn(directory)
  const below = entries.filter(entry => entry.isDirectory()).map(({ name }) => `${directory}/${name}`)
  for (const place of [directory, ...below]) {
    for (const entry of namesIn(place)) {
      if (!leftover.test(entry.name) || !(entry.isFile() || entry.isSymbolicLink())) continue
      try {
        unlinkSync(`${place}/${entry.name}`)
      } catch {
        // It can lie there: nobody takes it for anything.
      }
    }
  }
}
