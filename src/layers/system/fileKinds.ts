/** The kind of a file in words. Pure. */

/** The part of `Stats` that tells a file's kind. */
export interface FileFacts {
  readonly isFile: () => boolean
  readonly isDirectory: () => boolean
  readonly isSymbolicLink: () => boolean
  readonly isFIFO: () => boolean
  readonly isSocket: () => boolean
}

/** The kind with its article: `a FIFO`, `a regular file`. */
export const kindWords = (facts: FileFacts): string => {
  if (facts.isFile()) return "a regular file"
  if (facts.isDirectory()) return "a directory"
  if (facts.isSymbolicLink()) return "a symbolic link"
  if (facts.isFIFO()) return "a FIFO"
  return facts.isSocket() ? "a socket" : "a device"
}
