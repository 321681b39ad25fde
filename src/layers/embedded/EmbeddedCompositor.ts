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
import { isTooLong, listenFailure } from "../system/socketPath.ts"
import { emptyDesktop, sampleDesktop } from "./desktop/startingDesktops.ts"
import type { Fault } from "./Fault.ts"
import { injectorOf } from "./inject.ts"
import { listen } from "./Listener.ts"
import { type RequestCounts, Server } from "./Server.ts"
import { type EmbeddedWindows, windowsOf } from "./Windows.ts"

/**
 * The embedded compositor cannot listen.
 *
 * `PathTooLong`: no socket can have so long a path. `PathExists`: something is there, perhaps a dead socket. `NoDirectory`: its
 * directory does not exist. `Denied`: no permission. `Other`: see `cause`.
 *
 * @example
 * import { EmbeddedCompositorError, startCompositor } from "i3pm/testing"
 *
 * const compositor = await startCompositor({ socketPath: "/tmp/my-test/sway.sock" }).catch((error: unknown) => {
 *   if (error instanceof EmbeddedCompositorError && error.reason === "NoDirectory") return startCompositor()
 *   throw error
 * })
 * await compositor.close()
 */
export class EmbeddedCompositorError extends Data.TaggedError("EmbeddedCompositorError")<{
  readonly reason: "PathTooLong" | "PathExists" | "NoDirectory" | "Denied" | "Other"
  readonly path: string
  readonly message: string
  readonly cause: unknown
}> {}

/**
 * A running compositor.
 *
 * @example
 * import * as Effect from "effect/Effect"
 * import { EmbeddedCompositor, type EmbeddedCompositorShape, Fault } from "i3pm/testing"
 *
 * // Waits until the service has asked for the tree.
 * const untilAsked = (compositor: EmbeddedCompositorShape) =>
 *   Effect.repeat(Effect.zipRight(Effect.yieldNow(), compositor.requests), { until: ({ get_tree }) => get_tree > 0 })
 *
 * const test = Effect.gen(function* () {
 *   const compositor = yield* EmbeddedCompositor
 *   yield* untilAsked(compositor)
 *   yield* compositor.emit("tick", { first: false, payload: "from the test" })
 *   yield* compositor.inject(Fault.Exit())
 *   yield* compositor.exited
 * })
 */
export interface EmbeddedCompositorShape extends EmbeddedWindows {
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

/**
 * The embedded compositor of this process.
 *
 * @example
 * import * as Effect from "effect/Effect"
 * import { Tree } from "i3pm"
 * import { EmbeddedCompositor, layerEmbedded } from "i3pm/testing"
 *
 * const titles = Effect.gen(function* () {
 *   const compositor = yield* EmbeddedCompositor
 *   yield* compositor.openWindow({ app_id: "foot", title: "notes" })
 *   return new Tree(yield* compositor.tree).windows.map(({ name }) => name)
 * }).pipe(Effect.provide(layerEmbedded({ desktop: "empty" })))
 */
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
  /**
   * What it starts with. `sample`, the default: workspace 1 with two windows, workspace 2 with a floating one. `empty`: workspace 1
   * without windows on an output of 1280 by 720 pixels, as a headless sway starts.
   */
  readonly desktop?: "sample" | "empty"
  /** With an empty desktop: how many outputs lie side by side, each with a workspace. 1 if absent. */
  readonly outputs?: number
}

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

const desktopOf = ({ desktop = "sample", outputs = 1 }: EmbeddedCompositorOptions) =>
  desktop === "sample" ? sampleDesktop(process.pid) : emptyDesktop(outputs)

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
    const server = new Server({ delay, exit: () => stop(false) }, desktopOf(options))
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
      ...windowsOf(server),
      socketPath,
      inject,
      emit: (event, payload) => Effect.sync(() => server.emit(event, payload)),
      connections: Effect.sync(() => server.connections),
      accepted: Effect.sync(() => server.accepted),
      requests: Effect.sync(() => server.requests),
      exited,
    }
  })

/**
 * One embedded compositor for as long as the layer lives.
 *
 * @example
 * import * as Effect from "effect/Effect"
 * import { EmbeddedCompositor, layerCompositor } from "i3pm/testing"
 *
 * const opened = Effect.flatMap(EmbeddedCompositor, ({ openWindow }) => openWindow({ app_id: "foot" })).pipe(
 *   Effect.provide(layerCompositor({ socketPath: "/tmp/sway-test.sock", desktop: "empty" })),
 * )
 */
export const layer = (options: EmbeddedCompositorOptions): Layer.Layer<EmbeddedCompositor, EmbeddedCompositorError> =>
  Layer.scoped(EmbeddedCompositor, make(options))
