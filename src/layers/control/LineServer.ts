/**
 * A Unix socket server that answers lines. It accepts clients, reads lines, sends answers, and lets no client harm another.
 * What a line means is up to the caller.
 */
import { createServer, type Server, type Socket } from "node:net"
import { basename, dirname } from "node:path"
import type * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as FiberSet from "effect/FiberSet"
import type * as Scope from "effect/Scope"
import { holdDirectory } from "../system/socketPath.ts"
import type { Run } from "./ClientFibers.ts"
import { type ClientHandle, ClientTable, makeTrimmer } from "./ClientTable.ts"
import type { ConnectedClient, ErrorLines } from "./ConnectedClient.ts"
import { Connection } from "./Connection.ts"
import { clientLimitsFor } from "./clientLimits.ts"
import { FairScheduler } from "./FairScheduler.ts"
import {
  checkPathLength,
  closeAndKeepOthers,
  identityOfSocket,
  type ListenError,
  listen,
  listenError,
} from "./listening.ts"

/** Where to listen, and how to answer a line. */
export interface LineServerOptions<R> {
  /** Where to listen. There must be no file yet. The directory is the caller's and should have mode 0700. */
  readonly path: string
  /** Sent instead of an answer, in the caller's protocol. */
  readonly lines: ErrorLines
  /**
   * The answer to a line, both without newline, or undefined for none. The client's next line waits for it. It is interrupted
   * when the connection breaks, is dropped, or the server closes. It must end by itself, since the server cannot distinguish a
   * client that closes from one that half-closes and waits for its answer.
   */
  readonly onLine: (line: string, client: ConnectedClient) => Effect.Effect<string | undefined, never, R>
  /** Called for a defect of `onLine`, which drops the client, or of a `fork`. By default it is logged. */
  readonly onClientError?: (cause: Cause.Cause<never>) => Effect.Effect<void>
  /** The most clients at the same time; by default see {@link clientLimitsFor}. */
  readonly maxClients?: number
}

/** A server that listens. */
export interface LineServer {
  readonly path: string
  /** The number of clients now. */
  readonly clients: Effect.Effect<number>
  /** The number of clients that may stay connected. */
  readonly capacity: number
  /** True while it accepts connections. */
  readonly isListening: Effect.Effect<boolean>
  /** True while the socket file is this server's, so that new clients reach it. */
  readonly isInPlace: Effect.Effect<boolean>
}

/** Stops listening, which removes the socket file if it is this server's, and waits until the last client is gone. */
const close = (server: Server, table: ClientTable, path: string, own: string | undefined) =>
  Effect.async<void>(resume => {
    if (server.listening) closeAndKeepOthers(path, own, () => void server.close(() => resume(Effect.void)))
    else resume(Effect.void)
    table.clear()
  })

/** Drops a client for which there is no room, and says so if that can be sent without waiting. */
const evict = (socket: Socket, line: string) => {
  if (socket.writable && socket.writableLength === 0) socket.write(`${line}\n`)
  socket.destroy()
}

/** A function that serves one accepted connection. With more than `descriptors` clients there would be no free file descriptor. */
const makeAccept = <R>(options: LineServerOptions<R>, table: ClientTable, descriptors: number, run: Run<R>) => {
  const { lines, onLine } = options
  const onClientError =
    options.onClientError ?? (cause => Effect.logError("a client of the control socket was dropped", cause))
  const scheduler = new FairScheduler()
  const trimSoon = makeTrimmer(table)

  return (socket: Socket) => {
    const client: ClientHandle = { evict: () => evict(socket, lines.tooMany), drop: () => void socket.destroy() }
    table.join(client)
    // If no descriptor is free, libuv drops the next client: so trim at once, and not only soon.
    if (table.size > descriptors) table.trim()
    trimSoon()
    const begin = () => table.begin(client)
    const finish = () => {
      table.finish(client)
      if (table.isFull) trimSoon()
    }
    const connection = new Connection(socket, { lines, onLine, onClientError, begin, finish, run, scheduler })
    socket.on("close", () => {
      table.leave(client)
      connection.close()
    })
  }
}

/**
 * Listens until the scope closes. Then all clients are dropped, their work has been interrupted and has ended, and the socket
 * file is removed. The file has mode 0600.
 *
 * The limit of clients leaves descriptors for the rest of the process. If they run out nevertheless (EMFILE), libuv drops the
 * waiting connections and goes on.
 */
export const make = <R = never>(
  options: LineServerOptions<R>,
): Effect.Effect<LineServer, ListenError, R | Scope.Scope> =>
  Effect.gen(function* () {
    const { maxClients, path } = options
    yield* checkPathLength(path)
    const { capacity, surplus } = maxClients === undefined ? clientLimitsFor() : { capacity: maxClients, surplus: 0 }
    const table = new ClientTable(capacity, surplus)
    const descriptors = maxClients === undefined ? capacity + surplus : Number.POSITIVE_INFINITY
    const accept = makeAccept(options, table, descriptors, yield* FiberSet.makeRuntime<R, void, never>())
    let isClosing = false
    let own: string | undefined

    const directory = yield* Effect.acquireRelease(
      Effect.try({ try: () => holdDirectory(dirname(path)), catch: cause => listenError(path, cause) }),
      held => Effect.sync(held.close),
    )
    const onConnection = (socket: Socket) => {
      // A client may leave by a reset. `close` follows.
      socket.on("error", () => {})
      if (isClosing) socket.destroy()
      else accept(socket)
    }
    const server = yield* Effect.acquireRelease(
      Effect.sync(() => createServer({ allowHalfOpen: true }, onConnection)),
      running =>
        Effect.suspend(() => {
          isClosing = true
          return close(running, table, path, own)
        }),
    )
    yield* listen(server, path, directory.pathOf(basename(path)))
    own = identityOfSocket(path)
    // Errors of accept(2), such as EMFILE: without this listener they would end the process.
    server.on("error", () => {})
    return {
      path,
      clients: Effect.sync(() => table.size),
      capacity,
      isListening: Effect.sync(() => server.listening),
      isInPlace: Effect.sync(() => identityOfSocket(path) === own),
    }
  })
