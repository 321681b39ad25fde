/**
 * A simulated compositor inside this process: it serves a real Unix socket, speaks the i3 IPC as sway 1.7 does, and has faults
 * on demand. It shows no windows and starts no programs.
 *
 * Used on a machine without Sway (`i3pm daemon --embedded`, `i3pm simulate`) and in tests.
 */
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FiberSet from "effect/FiberSet"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import type { EventName } from "../ipc/Message.ts"
import { denied } from "../system/errno.ts"
import { yieldToEventLoop } from "../system/eventLoop.ts"
import { isTooLong, listenFailure } from "../system/socketPath.ts"
import { normalConditions } from "./Client.ts"
import { Fault } from "./Fault.ts"
import { type Listener, listen } from "./Listener.ts"
import { type RequestCounts, Server } from "./Server.ts"

/**
 * The embedded compositor cannot listen.
 *
 * `PathTooLong`: no socket can have so long a path. `PathExists`: something is there, perhaps a dead socket. `NoDirectory`: its
 * directory does not exist. `Denied`: no permission. `Other`: see `cause`.
 */
export class EmbeddedCompositorError extends Data.TaggedError("EmbeddedCompositorError")<{
  readonly reason: "PathTooLong" | "PathExists" | "NoDirectory" | "Denied" | "Other"
  readonly path: string
  readonly message: string
  readonly cause: unknown
}> {}

/** A running compositor. */
export interface EmbeddedCompositorShape {
  readonly socketPath: string
  /**
   * Injects a fault now. A flood ends when its last event has been sent, and can be interrupted; everything else ends at once.
   * Has no effect on a compositor that has exited.
   */
  readonly inject: (fault: Fault) => Effect.Effect<void>
  /** Sends an event to its subscribers. `payload` becomes JSON. */
  readonly emit: (event: EventName, payload: unknown) => Effect.Effect<void>
  /** Open connections. While the compositor hangs it does not notice that a client has left. */
  readonly connections: Effect.Effect<number>
  /** Connections accepted since the start. */
  readonly accepted: Effect.Effect<number>
  /** Requests answered since the start, by kind. */
  readonly requests: Effect.Effect<RequestCounts>
  /** Waits until it has ended: by a fault, by the command `exit`, or with its scope. */
  readonly exited: Effect.Effect<void>
}

/** The embedded compositor of this process. */
export class EmbeddedCompositor extends Context.Tag("i3pm/EmbeddedCompositor")<
  EmbeddedCompositor,
  EmbeddedCompositorShape
>() {}

/** How to start one. */
export interface EmbeddedCompositorOptions {
  /** Where to listen. There must be no file yet. */
  readonly socketPath: string
  /** Faults that are injected, in order, as soon as it listens. */
  readonly faults?: ReadonlyArray<Fault>
}

/** Events of a flood in one turn of the event loop: few enough for a socket's buffer, so that readers keep up. */
const FLOOD_BATCH = 32

const reasons = {
  ...denied,
  EADDRINUSE: "PathExists",
  ENAMETOOLONG: "PathTooLong",
  ENOENT: "NoDirectory",
  ENOTDIR: "NoDirectory",
} as const

const words = {
  EADDRINUSE: "it exists already; remove it, or choose another path",
  ENOENT: "its directory does not exist; make it first",
}

const listenError = (path: string, cause: unknown) =>
  new EmbeddedCompositorError(listenFailure({ path, cause, reasons, words }))

/** Timers by Effect's clock. `flush` ends them all at once: what they delay happens then. */
const makeTimers = Effect.gen(function* () {
  const fibers = yield* FiberSet.make<void>()
  const run = yield* FiberSet.runtime(fibers)<never>()
  return {
    delay: (milliseconds: number, then: () => void) =>
      void run(Effect.ensuring(Effect.sleep(milliseconds), Effect.sync(then))),
    flush: FiberSet.clear(fibers),
  }
})

/** What faults act on. */
interface Parts {
  readonly server: Server
  readonly listener: Listener
  /** Ends the compositor; with `keepFile` its socket file stays, as after SIGKILL. */
  readonly stop: (keepFile: boolean) => void
  readonly exited: Effect.Effect<void>
  readonly flushTimers: Effect.Effect<void>
}

/** Sends events in batches, with a turn of the event loop after each, until all are sent or the compositor has exited. */
const flood = ({ exited, server }: Parts, event: EventName, count: number) =>
  Effect.iterate(0, {
    while: sent => sent < count,
    body: sent => {
      const end = Math.min(sent + FLOOD_BATCH, count)
      const send = Effect.sync(() => server.flood(event, sent, end))
      return send.pipe(Effect.zipRight(yieldToEventLoop), Effect.as(end))
    },
  }).pipe(Effect.raceFirst(exited), Effect.asVoid)

const endAllFaults = ({ flushTimers, server }: Parts) =>
  Effect.suspend(() => {
    server.impose(normalConditions())
    server.resume()
    return flushTimers
  })

const injectorOf = (parts: Parts): ((fault: Fault) => Effect.Effect<void>) => {
  const { listener, server, stop } = parts
  return Fault.$match({
    Hang: () => Effect.sync(() => server.hang()),
    Resume: () => Effect.sync(() => server.resume()),
    Slow: ({ milliseconds }) => Effect.sync(() => server.impose({ slow: milliseconds })),
    Split: ({ bytes }) => Effect.sync(() => server.impose({ split: bytes })),
    RefuseSubscriptions: () => Effect.sync(() => server.impose({ refuseSubscriptions: true })),
    Garbage: () => Effect.sync(() => server.impose({ next: "garbage" })),
    Truncate: () => Effect.sync(() => server.impose({ next: "truncate" })),
    Flood: ({ count, event }) => flood(parts, event, count),
    Drop: () => Effect.sync(() => server.disconnectAll()),
    Unlink: () => Effect.sync(() => listener.unlink()),
    Crash: () => Effect.sync(() => stop(true)),
    Exit: () => Effect.sync(() => stop(false)),
    Normal: () => endAllFaults(parts),
  })
}

/**
 * Starts one. When the scope closes, its connections are closed and its socket file is removed, unless it has crashed or another
 * file is at that path.
 */
export const make = (
  options: EmbeddedCompositorOptions,
): Effect.Effect<EmbeddedCompositorShape, EmbeddedCompositorError, Scope.Scope> =>
  Effect.gen(function* () {
    const { socketPath, faults = [] } = options
    if (isTooLong(socketPath)) return yield* listenError(socketPath, { code: "ENAMETOOLONG" })
    const whenExited = yield* Deferred.make<void>()
    const exited = Deferred.await(whenExited)
    const { delay, flush } = yield* makeTimers
    const server = new Server({ delay, exit: () => stop(false) })
    const listener = yield* listen(
      socketPath,
      socket => server.accept(socket),
      cause => listenError(socketPath, cause),
    )
    const stop = (keepFile: boolean) => {
      listener.close(keepFile)
      server.disconnectAll()
      Deferred.unsafeDone(whenExited, Exit.void)
    }
    yield* Effect.addFinalizer(() => Effect.sync(() => stop(false)))
    const inject = injectorOf({ server, listener, stop, exited, flushTimers: flush })
    yield* Effect.forEach(faults, inject, { discard: true })

    return {
      socketPath,
      inject,
      emit: (event, payload) => Effect.sync(() => server.emit(event, payload)),
      connections: Effect.sync(() => server.connections),
      accepted: Effect.sync(() => server.accepted),
      requests: Effect.sync(() => server.requests),
      exited,
    }
  })

/** One embedded compositor for as long as the layer lives. */
export const layer = (options: EmbeddedCompositorOptions): Layer.Layer<EmbeddedCompositor, EmbeddedCompositorError> =>
  Layer.scoped(EmbeddedCompositor, make(options))
