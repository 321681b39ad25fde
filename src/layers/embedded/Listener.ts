/** A listening Unix socket whose file can be kept or removed at will. */
import { chmodSync, rmSync } from "node:fs"
import * as net from "node:net"
import { basename, dirname } from "node:path"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { identityAt } from "../system/FileStamp.ts"
import { pathOf } from "../system/rawText.ts"
import { closeKeepingFile, holdDirectory } from "../system/socketPath.ts"

/** The backlog. Larger than sway's three, since tests connect a thousand clients at once. */
const BACKLOG = 4096

/** A socket that listens. */
export interface Listener {
  /** Stops listening. `keepFile` leaves the socket file, as a killed process does. */
  readonly close: (keepFile: boolean) => void
  /** Removes the socket file and keeps listening. Does nothing once it is closed: a dead socket stays. */
  readonly unlink: () => void
}

const fileAt = (path: string) => identityAt(path, "itself")

const makeListener = (server: net.Server, path: string): Listener => {
  const own = fileAt(path)
  const isOurs = () => fileAt(path) === own
  const close = () => void server.close()
  return {
    close: keepFile => {
      if (!server.listening) return
      if (fileAt(path) !== undefined && (keepFile || !isOurs())) closeKeepingFile(path, close)
      else close()
    },
    unlink: () => {
      if (server.listening && isOurs()) rmSync(pathOf(path))
    },
  }
}

/**
 * Listens until the scope closes. The socket file has mode 0700 and is removed then. A path over 107 bytes must not be passed:
 * libuv truncates it silently. `onError` turns the system's error into the caller's.
 */
export const listen = <E>(
  path: string,
  onConnection: (socket: net.Socket) => void,
  onError: (cause: unknown) => E,
): Effect.Effect<Listener, E, Scope.Scope> =>
  Effect.flatMap(
    // Released after the server, which removes its file by this directory.
    Effect.acquireRelease(Effect.try({ try: () => holdDirectory(dirname(path)), catch: onError }), held =>
      Effect.sync(held.close),
    ),
    directory =>
      Effect.acquireRelease(
        Effect.async<Listener, E>(resume => {
          const server = net.createServer(onConnection)
          const refused = (cause: unknown) => resume(Effect.fail(onError(cause)))
          server.once("error", refused)
          server.listen({ path: directory.pathOf(basename(path)), backlog: BACKLOG }, () => {
            server.off("error", refused)
            // A connection that cannot be accepted (EMFILE) must not end the others.
            server.on("error", () => {})
            chmodSync(pathOf(path), 0o700)
            resume(Effect.succeed(makeListener(server, path)))
          })
        }),
        listener => Effect.sync(() => listener.close(false)),
      ),
  )
