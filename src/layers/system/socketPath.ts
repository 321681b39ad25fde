/**
 * Paths of Unix sockets, as `node:net` can use them. It takes only text, so a path that is not UTF-8 is reached through
 * `/proc/self/fd`.
 *
 * Plain Node, no Effect runtime: the CLI's fast path uses it.
 */
import { closeSync, existsSync, openSync, renameSync } from "node:fs"
import { dirname } from "node:path"
import { errnoOf, type SystemAttempt, systemFailure } from "./errno.ts"
import { bytesOf, hasRawBytes, pathOf } from "./rawText.ts"

/** A flag of open(2) for a descriptor that only names a file. `node:constants` does not have it. */
const O_PATH = 0o10_000_000

/** In bytes: `sun_path` has 108 with its NUL (unix(7)), and Node silently truncates a longer path. */
const MAX_SOCKET_PATH = 107

/** True if no socket can have this path. */
export const isTooLong = (path: string): boolean => bytesOf(path).length > MAX_SOCKET_PATH

/** Why a path that {@link isTooLong} cannot be used. */
export const tooLong = `a socket path has at most ${MAX_SOCKET_PATH} bytes`

/** {@link systemFailure} for a path that could not be listened on. */
export const listenFailure = <Reason extends string>(
  attempt: Omit<SystemAttempt<Reason>, "attempt">,
): ReturnType<typeof systemFailure<Reason>> => {
  const { cause, path } = attempt
  // libuv turns the ENOENT of bind(2) into EACCES, since Windows does so (unix/pipe.c).
  const isMissing = errnoOf(cause) === "EACCES" && !existsSync(pathOf(dirname(path)))
  const words = { ENOENT: "its directory does not exist", ENAMETOOLONG: tooLong, ...attempt.words }
  const seen = isMissing ? { code: "ENOENT" } : cause
  return { ...systemFailure({ ...attempt, attempt: "listen on", cause: seen, words }), cause }
}

/**
 * Calls `connect` with a text that leads to the socket at `path`; the text is valid until `connect` returns. Throws the system's
 * error if there is no such file.
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

/**
 * Closes a server that listens at a path, and keeps the file there. libuv removes the file that has the path at that moment,
 * even another server's, so the file has another name meanwhile. Throws the system's error.
 */
export const closeKeepingFile = (path: string, close: () => void): void => {
  const aside = `${path}.${process.pid}`
  renameSync(pathOf(path), pathOf(aside))
  close()
  renameSync(pathOf(aside), pathOf(path))
}

/** A directory that is kept open. */
export interface HeldDirectory {
  /** A text that leads to the file of this name, valid until the directory is closed. */
  readonly pathOf: (name: string) => string
  readonly close: () => void
}

/** Keeps a directory open if its path is not UTF-8, so that a socket can be bound in it. */
export const holdDirectory = (directory: string): HeldDirectory => {
  if (!hasRawBytes(directory)) return { pathOf: name => `${directory}/${name}`, close: () => {} }
  const descriptor = openSync(bytesOf(directory), O_PATH)
  return { pathOf: name => `/proc/self/fd/${descriptor}/${name}`, close: () => closeSync(descriptor) }
}
