/** Tells whether a file is still the one that was looked at. Pure. */

/** What is kept of a file's `lstat`. Times are in nanoseconds since the epoch. */
export interface FileStamp {
  readonly dev: bigint
  readonly ino: bigint
  readonly mtimeNs: bigint
  readonly ctimeNs: bigint
}

/** The stamp in what `lstat` gives, without the rest of it. */
export const stampOf = ({ ctimeNs, dev, ino, mtimeNs }: FileStamp): FileStamp => ({ ctimeNs, dev, ino, mtimeNs })

/** True for the same file under whatever name. Inode numbers are used again at once on some file systems: hence the time. */
export const isSameFile = (one: FileStamp, other: FileStamp | undefined): boolean =>
  other !== undefined && one.dev === other.dev && one.ino === other.ino && one.mtimeNs === other.mtimeNs

/** True when nothing has happened to the file in between, not even a change of its name or owner. */
export const isUntouched = (one: FileStamp, other: FileStamp | undefined): boolean =>
  isSameFile(one, other) && one.ctimeNs === other?.ctimeNs
