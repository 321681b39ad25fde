/** A listening Unix socket whose file can be kept or removed on purpose. */
import { chmodSync, rmSync } from "node:fs"
import * as net from "node:net"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { identityAt } from "../system/FileStamp.ts"
import { closeKeepingFile } from "../system/socketPath.ts"

/** Waiting connections the kernel keeps: a thousand clients may come at once. sway keeps three. */
const BACKLOG = 4096

export interface Listener {
  /** Stops listening, once. `keepFile` leaves the file behind, as a killed process does. */
  readonly close: (keepFile: boolean) => void
  /** Removes the file and goes on listening. */
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
      if (isOurs()) rmSync(path)
    },
  }
}

/**
 * Listens until the scope closes; the file has mode 0700 and goes with the listener. The path may have 107 bytes: a longer
 * one is truncated without a word by libuv. What listen(2) fails with is given to `onError`.
 */
export const listen = <E>(
  path: string,
  onConnection: (socket: net.Socket) => void,
  onError: (cause: unknown) => E,
): Effect.Effect<Listener, E, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.async<Listener, E>(resume => {
      const server = net.createServer(onConnection)
      const refused = (cause: unknown) => resume(Effect.fail(onError(cause)))
      server.once("error", refused)
      server.listen({ path, backlog: BACKLOG }, () => {
        server.off("error", refused)
        // A connection that can not be accepted (EMFILE) is its client's loss, and no end of the others.
        server.on("error", () => {})
        chmodSync(path, 0o700)
        resume(Effect.succeed(makeListener(server, path)))
      })
    }),
    listener => Effect.sync(() => listener.close(false)),
  )
