/** The wire: one stream connection to a Unix socket path. Everything above it can run on another wire in a test. */

import { Socket } from "node:net"
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import { errnoOf } from "./errno.ts"
import { knock as askKernel } from "./knock.ts"
import { pathLength, withSocketPath } from "./socketPath.ts"

/** Longest socket path in bytes: `sun_path` has 108 with its NUL (unix(7)). Node truncates longer ones without a word. */
export const MAX_SOCKET_PATH = 107

/**
 * No connection could be made.
 *
 * - `NotFound`: there is no such file. `Refused`: nobody listens (a crash left the file, or a listener is about to start).
 * - `QueueFull`: somebody listens and does not accept; its waiting slots are taken. `Denied`: no permission.
 * - `TooManyFiles`: this process has no descriptor left. `PathTooLong`: over {@link MAX_SOCKET_PATH}. `Other`: see `cause`.
 */
export class ConnectError extends Data.TaggedError("ConnectError")<{
  readonly reason: "NotFound" | "Refused" | "QueueFull" | "Denied" | "TooManyFiles" | "PathTooLong" | "Other"
  readonly path: string
  readonly message: string
  readonly cause: unknown
}> {}

/** Called synchronously, so that chunks keep their order. */
export interface WireHandlers {
  readonly onData: (chunk: Buffer) => void
  /** Once, when the peer ends or the connection breaks; `code` is the errno of a break. Not after the scope has closed. */
  readonly onClose: (code: string | undefined) => void
}

/** An open connection. It is destroyed, never half-closed, when its scope closes: sway spins on a half-closed client. */
export interface Wire {
  readonly write: (bytes: Uint8Array) => void
}

export class UnixSocket extends Context.Tag("i3pm/UnixSocket")<
  UnixSocket,
  {
    readonly connect: (path: string, handlers: WireHandlers) => Effect.Effect<Wire, ConnectError, Scope.Scope>
    /**
     * Whether somebody listens on each path, without a connection. For each what connect(2) would have said, in their order:
     * the errno, or `undefined` where it would have connected.
     */
    readonly knock: (paths: ReadonlyArray<string>) => Effect.Effect<ReadonlyArray<string | undefined>>
  }
>() {}

const reasons: Readonly<Record<string, readonly [ConnectError["reason"], string]>> = {
  ENOENT: ["NotFound", "there is no such socket"],
  ECONNREFUSED: ["Refused", "nobody listens there"],
  EAGAIN: ["QueueFull", "its queue of waiting connections is full: the compositor is alive but does not accept"],
  EACCES: ["Denied", "permission denied"],
  EPERM: ["Denied", "permission denied"],
  EMFILE: ["TooManyFiles", "this process has no file descriptor left (ulimit -n)"],
  ENFILE: ["TooManyFiles", "the system has no file descriptor left"],
}

/** What an errno of connect(2) means, and in words. */
export const reasonOf = (errno: string): readonly [ConnectError["reason"], string] => reasons[errno] ?? ["Other", errno]

const connectError = (path: string, cause: unknown) => {
  const [reason, text] = reasonOf(errnoOf(cause))
  return new ConnectError({ reason, path, message: `can not connect to ${path}: ${text}`, cause })
}

/** Registered with the scope before it connects, so that no moment of an interruption can leak it. */
const acquire = (handlers: WireHandlers) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const socket = new Socket({ allowHalfOpen: true })
      const state = { silenced: false, code: undefined as string | undefined }
      socket.on("error", cause => {
        state.code = errnoOf(cause)
      })
      socket.on("data", chunk => {
        if (!state.silenced) handlers.onData(chunk)
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

/** What is written in one turn leaves in one system call: with many requests at once, that is most of their cost. */
const gathered = (socket: Socket) => {
  const flush = () => socket.uncork()
  return (bytes: Uint8Array): void => {
    if (socket.writableCorked === 0) {
      socket.cork()
      process.nextTick(flush)
    }
    socket.write(bytes)
  }
}

const isTooLong = (path: string) => pathLength(path) > MAX_SOCKET_PATH

const connect = (path: string, handlers: WireHandlers): Effect.Effect<Wire, ConnectError, Scope.Scope> =>
  Effect.gen(function* () {
    if (isTooLong(path)) {
      const message = `can not connect to ${path}: a socket path has at most ${MAX_SOCKET_PATH} bytes`
      return yield* new ConnectError({ reason: "PathTooLong", path, message, cause: undefined })
    }
    const { socket, state } = yield* acquire(handlers)
    return yield* Effect.async<Wire, ConnectError>(resume => {
      const refused = (cause: unknown) => resume(Effect.fail(connectError(path, cause)))
      socket.once("error", refused)
      socket.once("connect", () => {
        socket.off("error", refused)
        socket.once("close", () => {
          if (!state.silenced) handlers.onClose(state.code)
        })
        resume(Effect.succeed({ write: gathered(socket) }))
      })
      try {
        withSocketPath(path, usable => socket.connect({ path: usable }))
      } catch (cause) {
        refused(cause)
      }
    })
  })

const knock = (paths: ReadonlyArray<string>): Effect.Effect<ReadonlyArray<string | undefined>> =>
  Effect.map(askKernel(paths.filter(path => !isTooLong(path))), said => {
    const answers = said.values()
    return paths.map(path => {
      const errno = isTooLong(path) ? "ENAMETOOLONG" : answers.next().value
      return errno === "EISCONN" ? undefined : errno
    })
  })

/** Real sockets, by `node:net`. */
export const layer: Layer.Layer<UnixSocket> = Layer.succeed(UnixSocket, { connect, knock })
