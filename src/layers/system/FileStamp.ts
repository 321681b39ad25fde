/** Recognizes a file that was looked at before. */
import { lstatSync, statSync } from "node:fs"
import { pathOf } from "./rawText.ts"

/** The fields of `lstat` that recognize a file. Times are in nanoseconds since the epoch. */
export interface FileStamp {
  readonly dev: bigint
  readonly ino: bigint
  readonly mtimeNs: bigint
  readonly ctimeNs: bigint
  /** In bytes; 0 for a socket. */
  readonly size: bigint
}

/** Takes the stamp from the result of `lstat` (with `bigint: true`). */
export const stampOf = ({ ctimeNs, dev, ino, mtimeNs, size }: FileStamp): FileStamp => ({
  ctimeNs,
  dev,
  ino,
  mtimeNs,
  size,
})

/** Device and inode, which tell files apart that exist at the same time. */
export const identityOf = ({ dev, ino }: Pick<FileStamp, "dev" | "ino">): string => `${dev}:${ino}`

/**
 * Device and inode of what is at a path now: of a link `itself`, or `followed`. `undefined` if that fails, whatever the reason.
 */
export const identityAt = (path: string, link: "itself" | "followed"): string | undefined => {
  try {
    const look = link === "followed" ? statSync : lstatSync
    return identityOf(look(pathOf(path), { bigint: true }))
  } catch {
    return undefined
  }
}

/**
 * True for the same file with the same content, perhaps renamed. An inode number alone is not enough, since some file systems
 * reuse it at once, and the time alone neither, since it ticks every few milliseconds.
 */
export const isSameFile = (one: FileStamp, other: FileStamp | undefined): boolean =>
  other !== undefined &&
  one.dev === other.dev &&
  one.ino === other.ino &&
  one.mtimeNs === other.mtimeNs &&
  one.size === other.size

/** True when the file has not changed at all, neither its name nor its owner. */
export const isUntouched = (one: FileStamp, other: FileStamp | undefined): boolean =>
  isSameFile(one, other) && one.ctimeNs === other?.ctimeNs
