/**
 * A compositor inside this process: a real Unix socket that speaks the i3 IPC as sway 1.7 does, with faults on demand.
 *
 * For a machine without Sway (`i3pm daemon --embedded`, `i3pm simulate`) and for tests of everything above the wire.
 * It shows nothing and starts nothing.
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
import { listen } from "./Listener.ts"
import { type RequestCounts, Server } from "./Server.ts"

/**
 * The embedded compositor cannot listen.
 *
 * `PathTooLong`: no socket can have so long a path. `PathExists`: something is there, perhaps a dead socket. `NoDirectory`: its directory does not exist. `Denied`: no permission. `Other`: see `cause`.
 */
export class EmbeddedCompositorError extends Data.TaggedError("EmbeddedCompositorError")<{
  readonly reason: "PathTooLong" | "PathExists" | "NoDirectory" | "Denied" | "Other"
  readonly path: string
  readonly message: string
  readonly cause: unknown
}> {}

export interface EmbeddedCompositorShape {
  readonly socketPath: string
  /**
   * Makes a fault happen now. Done when it has: a flood when its last event is on its way, so interrupting it stops it.
   * Nothing happens to a compositor that has exited.
   */
  readonly inject: (fault: Fault) => Effect.Effect<void>
  /** Sends an event to those who subscribed to it. `payload` becomes JSON. */
  readonly emit: (event: EventName, payload: unknown) => Effect.Effect<void>
  /** Connections that are open now. While it hangs it does not see that a client has left. */
  readonly connections: Effect.Effect<number>
  /** Connections accepted since the start. */
  readonly accepted: Effect.Effect<number>
  /** How often each request has been answered since the start. */
  readonly requests: Effect.Effect<RequestCounts>
  /** Waits until it has crashed or exited, by a fault, by the command `exit` or with its scope. */
  readonly exited: Effect.Effect<void>
}

export class EmbeddedCompositor extends Context.Tag("i3pm/EmbeddedCompositor")<
  EmbeddedCompositor,
  EmbeddedCompositorShape
>() {}

export interface EmbeddedCompositorOptions {
  /** Where to listen: nothing may be there yet. */
  readonly socketPath: string
  /** Injected, in order, as soon as it listens. */
  readonly faults?: ReadonlyArray<Fault>
}

/** Events of a flood between two turns of the event loop: less than a socket takes at once, so that readers keep up. */
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

/** Delays by Effect's clock, which can be called off: what waited then happens at once. */
const makeDelays = Effect.gen(function* () {
  const fibers = yield* FiberSet.make<void>()
  const run = yield* FiberSet.runtime(fibers)<never>()
  return {
    delay: (milliseconds: number, then: () => void) =>
      void run(Effect.ensuring(Effect.sleep(milliseconds), Effect.sync(then))),
    callOff: FiberSet.clear(fibers),
  }
})

/**
 * Starts one. When the scope closes, its connections are closed and its file is removed, unless it crashed before or the
 * file at that path is no longer its own.
 */
export const make = (
  options: EmbeddedCompositorOptions,
): Effect.Effect<EmbeddedCompositorShape, EmbeddedCompositorError, Scope.Scope> =>
  Effect.gen(function* () {
    const { socketPath, faults = [] } = options
    if (isTooLong(socketPath)) return yield* listenError(socketPath, { code: "ENAMETOOLONG" })
    const exited = yield* Deferred.make<void>()
    const { delay, callOff } = yield* makeDelays
    const server = new Server({ delay, exit: () => stop(false) })
    const listener = yield* listen(
      socketPath,
      socket => server.accept(socket),
      cause => listenError(socketPath, cause),
    )
    const stop = (keepFile: boolean) => {
      listener.close(keepFile)
      server.disconnectAll()
      Deferred.unsafeDone(exited, Exit.void)
    }
    yield* Effect.addFinalizer(() => Effect.sync(() => stop(false)))

    const flood = (event: EventName, count: number) =>
      Effect.iterate(0, {
        while: sent => sent < count,
        body: sent => {
          const end = Math.min(sent + FLOOD_BATCH, count)
          return Effect.as(
            Effect.zipRight(
              Effect.sync(() => server.flood(event, sent, end)),
              yieldToEventLoop,
            ),
            end,
          )
        },
      }).pipe(Effect.raceFirst(Deferred.await(exited)), Effect.asVoid)

    const normal = Effect.suspend(() => {
      server.impose(normalConditions())
      server.resume()
      return callOff
    })

    const inject = Fault.$match({
      Hang: () => Effect.sync(() => server.hang()),
      Resume: () => Effect.sync(() => server.resume()),
      Slow: ({ milliseconds }) => Effect.sync(() => server.impose({ slow: milliseconds })),
      Split: ({ bytes }) => Effect.sync(() => server.impose({ split: bytes })),
      RefuseSubscriptions: () => Effect.sync(() => server.impose({ refuseSubscriptions: true })),
      Garbage: () => Effect.sync(() => server.impose({ next: "garbage" })),
      Truncate: () => Effect.sync(() => server.impose({ next: "truncate" })),
      Flood: ({ count, event }) => flood(event, count),
      Drop: () => Effect.sync(() => server.disconnectAll()),
      Unlink: () => Effect.sync(() => listener.unlink()),
      Crash: () => Effect.sync(() => stop(true)),
      Exit: () => Effect.sync(() => stop(false)),
      Normal: () => normal,
    })
    yield* Effect.forEach(faults, inject, { discard: true })

    return {
      socketPath,
      inject,
      emit: (event, payload) => Effect.sync(() => server.emit(event, payload)),
      connections: Effect.sync(() => server.connections),
      accepted: Effect.sync(() => server.accepted),
      requests: Effect.sync(() => server.requests),
      exited: Deferred.await(exited),
    }
  })

/** One embedded compositor for as long as the layer lives. */
export const layer = (options: EmbeddedCompositorOptions): Layer.Layer<EmbeddedCompositor, EmbeddedCompositorError> =>
  Layer.scoped(EmbeddedCompositor, make(options))
