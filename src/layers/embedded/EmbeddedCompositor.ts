/**
 * A compositor inside this process: a real Unix socket that speaks the i3 IPC as sway 1.7 does, with faults on demand.
 *
 * For a machine without Sway (`i3pm daemon --embedded`, `i3pm simulate`) and for tests of everything above the wire.
 * It shows nothing and starts nothing.
 */

import { existsSync } from "node:fs"
import { dirname } from "node:path"
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FiberSet from "effect/FiberSet"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import type { EventName } from "../ipc/Message.ts"
import { errnoOf } from "../system/errno.ts"
import { MAX_SOCKET_PATH } from "../system/UnixSocket.ts"
import type { Fault } from "./Fault.ts"
import { makeInject } from "./inject.ts"
import { listen } from "./Listener.ts"
import { type RequestCounts, Server } from "./Server.ts"

/**
 * The embedded compositor can not listen.
 *
 * `PathTooLong`: over {@link MAX_SOCKET_PATH} bytes. `PathExists`: something is there, a dead socket included: whose it is
 * this service does not judge. `NoDirectory`: its directory does not exist. `Denied`: no permission. `Other`: see `cause`.
 */
export class EmbeddedCompositorError extends Data.TaggedError("EmbeddedCompositorError")<{
  readonly reason: "PathTooLong" | "PathExists" | "NoDirectory" | "Denied" | "Other"
  readonly path: string
  readonly message: string
  readonly cause?: unknown
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

const listenError = (path: string, cause: unknown) => {
  const code = errnoOf(cause)
  const fail = (reason: EmbeddedCompositorError["reason"], text: string) =>
    new EmbeddedCompositorError({ reason, path, message: `can not listen on ${path}: ${text}`, cause })
  if (code === "EADDRINUSE") return fail("PathExists", "it exists already; remove it, or choose another path")
  // libuv turns the ENOENT of bind(2) into EACCES.
  if (!existsSync(dirname(path))) return fail("NoDirectory", "its directory does not exist; make it first")
  return code === "EACCES" || code === "EPERM" ? fail("Denied", "permission denied") : fail("Other", code)
}

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
    if (Buffer.byteLength(socketPath) > MAX_SOCKET_PATH) {
      const message = `can not listen on ${socketPath}: a socket path has at most ${MAX_SOCKET_PATH} bytes`
      return yield* new EmbeddedCompositorError({ reason: "PathTooLong", path: socketPath, message })
    }
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

    const inject = makeInject({
      server,
      unlink: () => listener.unlink(),
      stop,
      callOff,
      exited: Deferred.await(exited),
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
