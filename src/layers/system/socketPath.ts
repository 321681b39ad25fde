/**
 * Paths of sockets for `node:net`, which takes only text: by way of `/proc/self/fd` where a path is not UTF-8.
 *
 * Plain Node, no Effect runtime: the CLI's fast path connects, too.
 */
import { closeSync, openSync } from "node:fs"
import { bytesOf, hasRawBytes } from "./rawText.ts"

/** Of open(2): a descriptor that names the file and opens nothing. `node:constants` does not have it. */
const O_PATH = 0o10_000_000

/** Length in bytes, as the kernel counts it. */
export const pathLength = (path: string): number => bytesOf(path).length

/**
 * Calls `connect` with a text that leads to the socket at `path`. It must have called connect(2) when it returns, as Node does
 * for the path of a socket. Throws the system's error where there is no such file.
 */
export const withSocketPath = (path: string, connect: (usable: string) => void): void => {
  if (!hasRawBytes(path)) {
    connect(path)
    return
  }
  const descriptor = openSync(bytesOf(path), O_PATH)
  try {
    connect(`/proc/self/fd/${descriptor}`)
  } finally {
    closeSync(descriptor)
  }
}

/** A text that leads to a file below `directory` for as long as it is not closed. */
export interface HeldDirectory {
  readonly pathOf: (name: string) => string
  readonly close: () => void
}

/** Keeps a directory open where its path is not UTF-8, so that a socket can be bound in it. */
export const holdDirectory = (directory: string): HeldDirectory => {
  if (!hasRawBytes(directory)) return { pathOf: name => `${directory}/${name}`, close: () => {} }
  const descriptor = openSync(bytesOf(directory), O_PATH)
  return { pathOf: name => `/proc/self/fd/${descriptor}/${name}`, close: () => closeSync(descriptor) }
}
