/**
 * A Unix socket where every line is a request: accepts, reads lines, sends answers, and lets no client harm another.
 * What the lines say is the caller's: nothing here knows a protocol.
 */
import { chmodSync } from "node:fs"
import { createServer, type Server, type Socket } from "node:net"
import { basename, dirname } from "node:path"
import type * as Cause from "effect/Cause"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as FiberSet from "effect/FiberSet"
import type * as Scope from "effect/Scope"
import { denied, noSpace, tooManyFiles } from "../system/errno.ts"
import { identityAt } from "../system/FileStamp.ts"
import { pathOf } from "../system/rawText.ts"
import { closeKeepingFile, holdDirectory, isTooLong, listenFailure } from "../system/socketPath.ts"
import { ClientTable, type Seat } from "./ClientTable.ts"
import { Connection } from "./Connection.ts"
import type { ErrorLines, LineClient } from "./LineClient.ts"
import { Rota } from "./Rota.ts"
import { seatsFor } from "./seats.ts"

/**
 * Connections that may wait to be accepted: a thousand clients that come at once all get in, and one that connects in a loop
 * does not shut the others out (Node's own number is 511, and Linux's usual limit is this one: net.core.somaxconn).
 */
const BACKLOG = 4096

/** The server can not listen on `path`. `cause` is the system's error, where there is one. */
export class ListenError extends Data.TaggedError("ListenError")<{
  readonly reason: "InUse" | "NoDirectory" | "Denied" | "NoSpace" | "TooManyFiles" | "PathTooLong" | "Other"
  readonly path: string
  readonly message: string
  readonly cause: unknown
}> {}

/** How to serve. */
export interface LineServerOptions<R> {
  /** Where to listen. Nothing may be there yet; the directory is the caller's and should be 0700. */
  readonly path: string
  /** Sent in place of an answer; in the caller's protocol. */
  readonly lines: ErrorLines
  /**
   * The answer to a line (neither has its newline), or undefined for none. The next line of the same client waits for it.
   * Interrupted when the connection breaks, is dropped or the server closes; but a client that closes looks like one that
   * half-closes and waits for its answers, so this must end by itself.
   */
  readonly onLine: (line: string, client: LineClient) => Effect.Effect<string | undefined, never, R>
  /** A defect of `onLine`, after which its client is dropped, or of a `fork`. By default it is logged. */
  readonly onClientError?: (cause: Cause.Cause<never>) => Effect.Effect<void>
  /** Clients at once; by default {@link seatsFor} what this process may open. */
  readonly maxClients?: number
}

/** A server that listens. */
export interface LineServer {
  readonly path: string
  /** Clients connected now. */
  readonly clients: Effect.Effect<number>
  /** The most there can be. */
  readonly seats: number
  /** True while it accepts connections. */
  readonly isListening: Effect.Effect<boolean>
  /** True while the socket file is still this server's: new clients reach it. */
  readonly isInPlace: Effect.Effect<boolean>
}

const reasons = {
  ...denied,
  ...noSpace,
  ...tooManyFiles,
  EADDRINUSE: "InUse",
  ENAMETOOLONG: "PathTooLong",
  ENOENT: "NoDirectory",
  ENOTDIR: "NoDirectory",
} as const

const listenError = (path: string, cause: unknown) => new ListenError(listenFailure({ path, cause, reasons }))

/** `usable` leads to `path`, and is text that Node can take. */
const listen = (server: Server, path: string, usable: string) =>
  Effect.async<void, ListenError>(resume => {
    server.once("error", cause => resume(Effect.fail(listenError(path, cause))))
    server.listen({ path: usable, backlog: BACKLOG }, () => {
      try {
        // Between bind and here the mode is the umask's: the directory has to keep others out.
        chmodSync(pathOf(path), 0o600)
        resume(Effect.void)
      } catch (cause) {
        resume(Effect.fail(listenError(path, cause)))
      }
    })
  })

const fileAt = (path: string) => identityAt(path, "itself")

/** Keeps a file that another server has put there. */
const stop = (server: Server, path: string, own: string | undefined, done: () => void) => {
  const there = fileAt(path)
  const close = () => void server.close(done)
  if (there === undefined || there === own) close()
  else closeKeepingFile(path, close)
}

/** Stops listening, which removes the file if it is this server's, and waits until the last client is gone. */
const close = (server: Server, table: ClientTable, path: string, own: string | undefined) =>
  Effect.async<void>(resume => {
    if (server.listening) stop(server, path, own, () => resume(Effect.void))
    else resume(Effect.void)
    table.clear()
  })

/** Between two trims while there are too many clients, in milliseconds. */
const TRIM_AGAIN = 50

/**
 * Trims the table two turns of the event loop after it was asked to, so that of many who come at once nobody is idle whose
 * request is there; and again later, while there are too many.
 */
const makeTrimmer = (table: ClientTable) => {
  let isDue = false
  const trim = () => {
    isDue = false
    table.trim()
    if (table.isFull) later()
  }
  const afterTwoTurns = () => void setImmediate(() => setImmediate(trim))
  const later = () => {
    isDue = true
    setTimeout(afterTwoTurns, TRIM_AGAIN).unref()
  }
  return () => {
    if (isDue) return
    isDue = true
    afterTwoTurns()
  }
}

/** Tells the client why, if that needs no waiting, and drops it. */
const evict = (socket: Socket, line: string) => {
  if (socket.writable && socket.writableLength === 0) socket.write(`${line}\n`)
  socket.destroy()
}

/**
 * Listens until the scope closes; then every client is destroyed, what ran for them has been interrupted and has ended, and
 * the socket file is gone. The file has mode 0600.
 *
 * The seats leave descriptors free for all else; out of descriptors all the same (EMFILE), libuv drops the connections that wait
 * and goes on.
 */
export const make = <R = never>(
  options: LineServerOptions<R>,
): Effect.Effect<LineServer, ListenError, R | Scope.Scope> =>
  Effect.gen(function* () {
    const { path, lines, onLine } = options
    if (isTooLong(path)) return yield* listenError(path, { code: "ENAMETOOLONG" })
    const onClientError =
      options.onClientError ?? (cause => Effect.logError("a client of the control socket was dropped", cause))
    const { seats, surplus } = options.maxClients === undefined ? seatsFor() : { seats: options.maxClients, surplus: 0 }
    /** More clients than this would leave no descriptor free. */
    const descriptors = options.maxClients === undefined ? seats + surplus : Number.POSITIVE_INFINITY
    const table = new ClientTable(seats, surplus)
    const run = yield* FiberSet.makeRuntime<R, void, never>()
    const rota = new Rota()
    let closing = false
    let own: string | undefined

    const trimSoon = makeTrimmer(table)
    const accept = (socket: Socket) => {
      // A reset is how some clients leave; `close` follows and says all there is to know.
      socket.on("error", () => {})
      if (closing) return void socket.destroy()
      const seat: Seat = { evict: () => evict(socket, lines.tooMany) }
      table.join(seat)
      // At once where descriptors would run out: out of them, libuv drops whoever comes next.
      if (table.size > descriptors) table.trim()
      trimSoon()
      const begin = () => table.begin(seat)
      const finish = () => {
        table.finish(seat)
        if (table.isFull) trimSoon()
      }
      const connection = new Connection(socket, { lines, onLine, onClientError, begin, finish, run, rota })
      socket.on("close", () => {
        table.leave(seat)
        connection.close()
      })
    }

    const directory = yield* Effect.acquireRelease(
      Effect.try({ try: () => holdDirectory(dirname(path)), catch: cause => listenError(path, cause) }),
      held => Effect.sync(held.close),
    )
    const server = yield* Effect.acquireRelease(
      Effect.sync(() => createServer({ allowHalfOpen: true }, accept)),
      running =>
        Effect.suspend(() => {
          closing = true
          return close(running, table, path, own)
        }),
    )
    yield* listen(server, path, directory.pathOf(basename(path)))
    own = fileAt(path)
    // EMFILE and its like, while connections are accepted: without a listener they would end the process.
    server.on("error", () => {})
    return {
      path,
      clients: Effect.sync(() => table.size),
      seats,
      isListening: Effect.sync(() => server.listening),
      isInPlace: Effect.sync(() => fileAt(path) === own),
    }
  })
