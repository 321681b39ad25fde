/** The embedded compositor for tests without Effect, and its socket in a directory of its own. */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Scope from "effect/Scope"
import * as ScopeModule from "effect/Scope"
import * as EmbeddedCompositor from "../../layers/embedded/EmbeddedCompositor.ts"
import type { Fault } from "../../layers/embedded/Fault.ts"
import type { EventName } from "../../layers/ipc/Message.ts"

/** A directory below the system's one for temporary files, removed with the scope. */
export const ownDirectory: Effect.Effect<string, never, Scope.Scope> = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(`${tmpdir()}/i3pm-`)),
  directory => Effect.sync(() => rmSync(directory, { recursive: true, force: true })),
)

/** How to start a compositor. Without `socketPath` its socket is in a directory of its own. */
export interface TestCompositorOptions {
  /** Where to listen. There must be no file yet. */
  readonly socketPath?: string
  /** Faults that are injected, in order, as soon as it listens. */
  readonly faults?: ReadonlyArray<Fault>
}

/** Starts one for as long as the scope lives. */
export const makeCompositor = ({ faults = [], socketPath }: TestCompositorOptions = {}) =>
  Effect.gen(function* () {
    const path = socketPath ?? `${yield* ownDirectory}/sway-ipc.sock`
    return yield* EmbeddedCompositor.make({ socketPath: path, faults })
  })

/** A running compositor, for callers of promises. */
export interface TestCompositor extends AsyncDisposable {
  readonly socketPath: string
  /** Injects a fault now. Resolves when a flood has been sent; every other fault is there at once. */
  readonly inject: (fault: Fault) => Promise<void>
  /** Sends an event to its subscribers. `payload` becomes JSON. */
  readonly emit: (event: EventName, payload: unknown) => void
  /** Open connections. */
  readonly connections: () => number
  /** Ends it, and removes its socket. */
  readonly close: () => Promise<void>
}

/**
 * Starts an embedded compositor as a plain server. Rejects with `EmbeddedCompositorError` if it cannot listen.
 *
 * @example
 * await using compositor = await startCompositor()
 * await using sway = await connect({ socket: compositor.socketPath })
 */
export const startCompositor = async (options: TestCompositorOptions = {}): Promise<TestCompositor> => {
  const scope = Effect.runSync(ScopeModule.make())
  const close = () => Effect.runPromise(ScopeModule.close(scope, Exit.void))
  try {
    const { connections, emit, inject, socketPath } = await Effect.runPromise(
      ScopeModule.extend(makeCompositor(options), scope),
    )
    return {
      socketPath,
      inject: fault => Effect.runPromise(inject(fault)),
      emit: (event, payload) => Effect.runSync(emit(event, payload)),
      connections: () => Effect.runSync(connections),
      close,
      [Symbol.asyncDispose]: close,
    }
  } catch (cause) {
    await close()
    throw cause
  }
}
