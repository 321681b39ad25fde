/** Listening on a socket path, and removing the socket file again. */
import { chmodSync, existsSync, lstatSync, renameSync } from "node:fs"
import type { Server } from "node:net"
import { dirname } from "node:path"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import { errnoOf } from "../system/errno.ts"
import { pathOf } from "../system/rawText.ts"
import { pathLength } from "../system/socketPath.ts"
import { MAX_SOCKET_PATH } from "../system/UnixSocket.ts"

/**
 * Connections that may wait to be accepted. It is Linux's usual limit (net.core.somaxconn). With Node's default of 511 a
 * thousand clients at once would not all get in, and one that connects in a loop would shut out the others.
 */
const BACKLOG = 4096

/** The server cannot listen on `path`. `cause` is the system's error, if there is one. */
export class ListenError extends Data.TaggedError("ListenError")<{
  readonly reason: "InUse" | "NoDirectory" | "Denied" | "NoSpace" | "TooManyFiles" | "PathTooLong" | "Other"
  readonly path: string
  readonly message: string
  readonly cause: unknown
}> {}

const reasons: Readonly<Record<string, readonly [ListenError["reason"], string]>> = {
  EADDRINUSE: ["InUse", "there is already a file at this path"],
  ENOENT: ["NoDirectory", "its directory does not exist"],
  ENOTDIR: ["NoDirectory", "its parent is not a directory"],
  EACCES: ["Denied", "permission denied"],
  EPERM: ["Denied", "permission denied"],
  EROFS: ["Denied", "the file system is read-only"],
  ENOSPC: ["NoSpace", "the file system is full"],
  EDQUOT: ["NoSpace", "the disk quota is used up"],
  EMFILE: ["TooManyFiles", "this process has no file descriptor left (ulimit -n)"],
  ENFILE: ["TooManyFiles", "the system has no file descriptor left"],
}

/** The system's error as a `ListenError`. */
export const listenError = (path: string, cause: unknown): ListenError => {
  // libuv reports ENOENT of bind(2) as EACCES (unix/pipe.c).
  const code = errnoOf(cause) === "EACCES" && !existsSync(pathOf(dirname(path))) ? "ENOENT" : errnoOf(cause)
  const [reason, text] = reasons[code] ?? ["Other", code]
  return new ListenError({ reason, path, message: `cannot listen on ${path}: ${text}`, cause })
}

/** Fails if the path is longer than the kernel allows (unix(7)). */
export const checkPathLength = (path: string): Effect.Effect<void, ListenError> => {
  if (pathLength(path) <= MAX_SOCKET_PATH) return Effect.void
  const message = `cannot listen on ${path}: a socket path may have ${MAX_SOCKET_PATH} bytes at most`
  return Effect.fail(new ListenError({ reason: "PathTooLong", path, message, cause: undefined }))
}

/** Listens with mode 0600. `usable` leads to `path` and is text that Node accepts, see `HeldDirectory`. */
export const listen = (server: Server, path: string, usable: string): Effect.Effect<void, ListenError> =>
  Effect.async(resume => {
    server.once("error", cause => resume(Effect.fail(listenError(path, cause))))
    server.listen({ path: usable, backlog: BACKLOG }, () => {
      try {
        // Between bind(2) and here the mode depends on the umask: the directory has to keep others out.
        chmodSync(pathOf(path), 0o600)
        resume(Effect.void)
      } catch (cause) {
        resume(Effect.fail(listenError(path, cause)))
      }
    })
  })

/** Device and inode of the socket file; `undefined` without a file. */
export const identityOf = (path: string): string | undefined => {
  const stat = lstatSync(pathOf(path), { throwIfNoEntry: false })
  return stat === undefined ? undefined : `${stat.dev}:${stat.ino}`
}

/**
 * Calls `close`, which makes libuv remove whatever file is at the path. If that file is not `own`, it belongs to another server
 * and is moved away meanwhile.
 */
export const closeAndKeepOthers = (path: string, own: string | undefined, close: () => void): void => {
  const present = identityOf(path)
  if (present === undefined || present === own) {
    close()
    return
  }
  const aside = `${path}.${process.pid}`
  renameSync(pathOf(path), pathOf(aside))
  close()
  renameSync(pathOf(aside), pathOf(path))
}
