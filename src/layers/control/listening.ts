/** Listening on a socket path, and removing the socket file again. */
import { chmodSync } from "node:fs"
import type { Server } from "node:net"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import { denied, noSpace, tooManyFiles } from "../system/errno.ts"
import { identityAt } from "../system/FileStamp.ts"
import { pathOf } from "../system/rawText.ts"
import { closeKeepingFile, isTooLong, listenFailure } from "../system/socketPath.ts"

/**
 * Most connections that may wait to be accepted. With Node's 511, some of a thousand clients at the same time would be refused. While one
 * client connects in a loop the queue is full, and each other one waits for all that came before it: with Linux's limit of 4,096
 * (net.core.somaxconn) that takes longer than the 100 ms within which health is answered.
 */
const BACKLOG = 1024

/**
 * The server cannot listen on `path`; `cause` is the system's error. `InUse`: a file is there already. `NoDirectory`: its
 * directory is missing. `TooManyFiles`: no file descriptor is left.
 */
export class ListenError extends Data.TaggedError("ListenError")<{
  readonly reason: "InUse" | "NoDirectory" | "Denied" | "NoSpace" | "TooManyFiles" | "PathTooLong" | "Other"
  readonly path: string
  readonly message: string
  readonly cause: unknown
}> {}

const reasons = {
  ...denied,
  ...noSpace,
  ...tooManyFiles,
  EADDRINUSE: "InUse",
  ENAMETOOLONG: "PathTooLong",
  ENOENT: "NoDirectory",
  ENOTDIR: "NoDirectory",
} as const

/** The system's error as a `ListenError`. */
export const listenError = (path: string, cause: unknown): ListenError =>
  new ListenError(listenFailure({ path, cause, reasons }))

/** Fails if the path is longer than the kernel allows (unix(7)). */
export const checkPathLength = (path: string): Effect.Effect<void, ListenError> =>
  isTooLong(path) ? Effect.fail(listenError(path, { code: "ENAMETOOLONG" })) : Effect.void

/** Listens with mode 0600. `usable` leads to `path` and is text that Node accepts, see `HeldDirectory`. */
export const listen = (server: Server, path: string, usable: string): Effect.Effect<void, ListenError> =>
  Effect.async(resume => {
    server.once("error", cause => resume(Effect.fail(listenError(path, cause))))
    server.listen({ path: usable, backlog: BACKLOG }, () => {
      try {
        // Between bind(2) and here the mode depends on the umask: the mode of the directory has to keep other users out.
        chmodSync(pathOf(path), 0o600)
        resume(Effect.void)
      } catch (cause) {
        resume(Effect.fail(listenError(path, cause)))
      }
    })
  })

/** Listens on a descriptor that is bound already; `path` is for the error. Closing such a server removes no file. */
export const listenOn = (server: Server, descriptor: number, path: string): Effect.Effect<void, ListenError> =>
  Effect.async(resume => {
    server.once("error", cause => resume(Effect.fail(listenError(path, cause))))
    server.listen({ fd: descriptor, backlog: BACKLOG }, () => resume(Effect.void))
  })

/** Device and inode of the socket file; `undefined` without a file. */
export const identityOfSocket = (path: string): string | undefined => identityAt(path, "itself")

/**
 * Calls `close`, which makes libuv remove whatever file is at the path. If that file is not `own`, it belongs to another server
 * and is kept.
 */
export const closeAndKeepOthers = (path: string, own: string | undefined, close: () => void): void => {
  const present = identityOfSocket(path)
  if (present === undefined || present === own) close()
  else closeKeepingFile(path, close)
}
