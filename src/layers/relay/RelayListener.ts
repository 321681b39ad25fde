/** A listening relay socket and its clients. */
import { createServer, type Server, type Socket } from "node:net"
import { basename, dirname } from "node:path"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { closeAndKeepOthers, identityOfSocket, type ListenError, listen, listenError } from "../control/listening.ts"
import { holdDirectory } from "../system/socketPath.ts"

/** A listening socket. */
export interface RelayListener {
  readonly path: string
  /** True while the file at the path is this socket, so that new clients reach it. */
  readonly isInPlace: Effect.Effect<boolean>
}

/** Stops listening, and removes the socket file if it is this server's. Connections stay open. */
const close = (server: Server, path: string, own: string | undefined) =>
  Effect.sync(() => {
    if (server.listening) closeAndKeepOthers(path, own, () => void server.close())
  })

/**
 * Listens at `path` until the scope closes; the file has mode 0600. `onClient` gets the socket of each client, which stays writable
 * after the client has ended its side. Clients stay connected when the scope closes.
 */
export const listenAt = (
  path: string,
  onClient: (socket: Socket) => void,
): Effect.Effect<RelayListener, ListenError, Scope.Scope> =>
  Effect.gen(function* () {
    let own: string | undefined
    const directory = yield* Effect.acquireRelease(
      Effect.try({ try: () => holdDirectory(dirname(path)), catch: cause => listenError(path, cause) }),
      held => Effect.sync(held.close),
    )
    const server = yield* Effect.acquireRelease(
      Effect.sync(() => createServer({ allowHalfOpen: true }, onClient)),
      running => Effect.suspend(() => close(running, path, own)),
    )
    yield* listen(server, path, directory.pathOf(basename(path)))
    own = identityOfSocket(path)
    // Errors of accept(2), such as EMFILE: without this listener they would end the process.
    server.on("error", () => {})
    return { path, isInPlace: Effect.sync(() => identityOfSocket(path) === own) }
  })
