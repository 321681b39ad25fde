/** What a thing in a directory is, in words. Pure. */

/** What `stat` tells of a file's kind. */
export interface FileFacts {
  readonly isFile: () => boolean
  readonly isDirectory: () => boolean
  readonly isSymbolicLink: () => boolean
  readonly isFIFO: () => boolean
  readonly isSocket: () => boolean
}

/** With its article, as in "it is a FIFO". */
export const kindWords = (facts: FileFacts): string => {
  if (facts.isFile()) return "a regular file"
  if (facts.isDirectory()) return "a directory"
  if (facts.isSymbolicLink()) return "a symbolic link"
  if (facts.isFIFO()) return "a FIFO"
  return facts.isSocket() ? "a socket" : "a device"
}
