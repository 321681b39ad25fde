/** Tells whether a file is still the one that was looked at. */
import { lstatSync, statSync } from "node:fs"
import { pathOf } from "./rawText.ts"

/** What is kept of a file's `lstat`. Times are in nanoseconds since the epoch. */
export interface FileStamp {
  readonly dev: bigint
  readonly ino: bigint
  readonly mtimeNs: bigint
  readonly ctimeNs: bigint
  /** In bytes; a socket has none. */
  readonly size: bigint
}

/** The stamp in what `lstat` gives, without the rest of it. */
export const stampOf = ({ ctimeNs, dev, ino, mtimeNs, size }: FileStamp): FileStamp => ({
  ctimeNs,
  dev,
  ino,
  mtimeNs,
  size,
})

/** Device and inode, which tell files apart that exist at the same time. */
export const identityOf = ({ dev, ino }: Pick<FileStamp, "dev" | "ino">): string => `${dev}:${ino}`

/** The identity of what is at a path now, a link itself or what it leads to; `undefined` where there is nothing to be seen. */
export const identityAt = (path: string, link: "itself" | "followed"): string | undefined => {
  try {
    const look = link === "followed" ? statSync : lstatSync
    return identityOf(look(pathOf(path), { bigint: true }))
  } catch {
    return undefined
  }
}

/**
 * True for the same file with the same content, under whatever name. Inode numbers are used again at once on some file systems:
 * hence the time. The clock of a file system ticks every few milliseconds: hence the size.
 */
export const isSameFile = (one: FileStamp, other: FileStamp | undefined): boolean =>
  other !== undefined &&
  one.dev === other.dev &&
  one.ino === other.ino &&
  one.mtimeNs === other.mtimeNs &&
  one.size === other.size

/** True when nothing has happened to the file in between, not even a change of its name or owner. */
export const isUntouched = (one: FileStamp, other: FileStamp | undefined): boolean =>
  isSameFile(one, other) && one.ctimeNs === other?.ctimeNs
