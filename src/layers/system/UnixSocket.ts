/**
 * Stream connections to Unix sockets. Code with the Effect runtime connects through this service, so that a test can replace it; only the
 * relay uses `plainSocket.ts` for its clients' connections, of which it makes hundreds at once.
 */
import { Socket } from "node:net"
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import { dryConnect as askKernel } from "./dryConnect.ts"
import { denied, errnoOf, systemFailure, tooManyFiles } from "./errno.ts"
import { isTooLong, tooLong, withSocketPath } from "./socketPath.ts"

/**
 * No connection could be made.
 *
 * - `NotFound`: there is no such file. `Refused`: no process listens (a crash has left the file, or the listener is starting).
 * - `QueueFull`: the listener does not accept, and its backlog is full. `Denied`: no permission.
 * - `TooManyFiles`: this process has no file descriptor left. `PathTooLong`: no socket can have so long a path. `Other`: see
 *   `cause`.
 */
export class ConnectError extends Data.TaggedError("ConnectError")<{
  readonly reason: "NotFound" | "Refused" | "QueueFull" | "Denied" | "TooManyFiles" | "PathTooLong" | "Other"
  readonly path: string
  readonly message: string
  readonly cause: unknown
}> {}

/** The callbacks of a connection. They are called synchronously, so that chunks keep their order. */
export interface WireHandlers {
  /** The bytes are there until it returns; what is to stay is {@link kept}. */
  readonly onData: (chunk: Buffer) => void
  /** Called once, when the peer closes or the connection breaks (`code` is the errno); never after the scope has closed. */
  readonly onClose: (code: string | undefined) => void
}

/**
 * An open connection. When its scope closes it is destroyed, never half-closed: sway uses a whole core on a half-closed client.
 */
export interface Wire {
  /** Queues the bytes and does not wait; an error comes as `onClose`. */
  readonly write: (bytes: Uint8Array) => void
}

/** Connects to Unix sockets. */
export class UnixSocket extends Context.Tag("i3pm/UnixSocket")<
  UnixSocket,
  {
    /** Connects; the connection lives as long as the scope. */
    readonly connect: (path: string, handlers: WireHandlers) => Effect.Effect<Wire, ConnectError, Scope.Scope>
    /**
     * Whether a connection to each path would succeed, without making one. For each path, in their order, the errno that
     * connect(2) would give, or `undefined` if it would succeed.
     */
    readonly dryConnect: (paths: ReadonlyArray<string>) => Effect.Effect<ReadonlyArray<string | undefined>>
  }
>() {}

const reasons = {
  ...denied,
  ...tooManyFiles,
  ENOENT: "NotFound",
  ECONNREFUSED: "Refused",
  EAGAIN: "QueueFull",
  ENAMETOOLONG: "PathTooLong",
} as const

const words = {
  ENOENT: "there is no such socket",
  EAGAIN: "its queue of waiting connections is full: the compositor is alive but does not accept",
  ENAMETOOLONG: tooLong,
}

/** The error for a failed connect(2), from its cause or `{ code: errno }`. */
export const connectError = (path: string, cause: unknown): ConnectError =>
  new ConnectError(systemFailure({ attempt: "connect to", path, cause, reasons, words }))

/** Where the system puts what each connection reads; as large as Node's own buffers. */
const received = Buffer.allocUnsafeSlow(65_536)

/** Bytes of `onData` to be kept: a copy, if they are where the next read will be. */
export const kept = (bytes: Buffer): Buffer => (bytes.buffer === received.buffer ? Buffer.from(bytes) : bytes)

/** The socket belongs to the scope before it connects, so that no interruption can leak it. */
const acquire = (handlers: WireHandlers) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const state = { silenced: false, code: undefined as string | undefined }
      // Past Node's streams, and without a copy: both take time before an event is read. The constructor's types do not have it.
      const onread = {
        buffer: received,
        callback: (length: number) => {
          if (!state.silenced) handlers.onData(received.subarray(0, length))
          return true
        },
      }
      const options = { allowHalfOpen: true, onread }
      const socket = new Socket(options)
      socket.on("error", cause => {
        state.code = errnoOf(cause)
      })
      socket.on("end", () => socket.destroy())
      return { socket, state }
    }),
    ({ socket, state }) =>
      Effect.sync(() => {
        state.silenced = true
        socket.destroy()
      }),
  )

/** Writes of one turn of the event loop leave in one system call, which is most of the cost of many small requests. */
const writerOf = (socket: Socket) => {
  const flush = () => socket.uncork()
  return (bytes: Uint8Array): void => {
    if (socket.writableCorked === 0) {
      socket.cork()
      process.nextTick(flush)
    }
    socket.write(bytes)
  }
}

const connect = (path: string, handlers: WireHandlers): Effect.Effect<Wire, ConnectError, Scope.Scope> =>
  Effect.gen(function* () {
    if (isTooLong(path)) return yield* connectError(path, { code: "ENAMETOOLONG" })
    const { socket, state } = yield* acquire(handlers)
    return yield* Effect.async<Wire, ConnectError>(resume => {
      const refused = (cause: unknown) => resume(Effect.fail(connectError(path, cause)))
      socket.once("error", refused)
      socket.once("connect", () => {
        socket.off("error", refused)
        socket.once("close", () => {
          if (!state.silenced) handlers.onClose(state.code)
        })
        resume(Effect.succeed({ write: writerOf(socket) }))
      })
      try {
        withSocketPath(path, usable => socket.connect({ path: usable }))
      } catch (cause) {
        refused(cause)
      }
    })
  })

const dryConnect = (paths: ReadonlyArray<string>): Effect.Effect<ReadonlyArray<string | undefined>> =>
  Effect.map(
    Effect.promise(() => askKernel(paths.filter(path => !isTooLong(path)))),
    errnos => {
      const answers = errnos.values()
      return paths.map(path => {
        const errno = isTooLong(path) ? "ENAMETOOLONG" : answers.next().value
        return errno === "EISCONN" ? undefined : errno
      })
    },
  )

/** Real sockets, through `node:net`. */
export const layer: Layer.Layer<UnixSocket> = Layer.succeed(UnixSocket, { connect, dryConnect })
