/** The embedded compositor for tests without Effect, and its socket in a directory of its own. */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Scope from "effect/Scope"
import * as ScopeModule from "effect/Scope"
import type { CommandResult } from "../../layers/embedded/commands/Commands.ts"
import * as EmbeddedCompositor from "../../layers/embedded/EmbeddedCompositor.ts"
import type { Fault } from "../../layers/embedded/Fault.ts"
import type { WindowOptions } from "../../layers/embedded/Windows.ts"
import type { EventName } from "../../layers/ipc/Message.ts"
import type { Node } from "../../layers/ipc/Node.ts"
import { identityAt } from "../../layers/system/FileStamp.ts"
import { removeDead } from "./removeDead.ts"

/** A directory below the system's one for temporary files, removed with the scope. */
export const ownDirectory: Effect.Effect<string, never, Scope.Scope> = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(`${tmpdir()}/i3pm-`)),
  directory => Effect.sync(() => rmSync(directory, { recursive: true, force: true })),
)

/** How to start a compositor. Without `socketPath` its socket is in a directory of its own. */
export interface TestCompositorOptions extends Omit<EmbeddedCompositor.EmbeddedCompositorOptions, "socketPath"> {
  /** Where to listen. There must be no file yet. */
  readonly socketPath?: string
}

/** Starts one for as long as the scope lives. */
export const makeCompositor = ({ socketPath, ...options }: TestCompositorOptions = {}) =>
  Effect.gen(function* () {
    const path = socketPath ?? `${yield* ownDirectory}/sway-ipc.sock`
    let identity: string | undefined
    // After the compositor's own end. A crashed one leaves its socket, as it should; a test must not.
    yield* Effect.addFinalizer(() => removeDead(path, identity))
    const compositor = yield* EmbeddedCompositor.make({ ...options, socketPath: path })
    identity = identityAt(path, "itself")
    return compositor
  })

/**
 * A running compositor, for callers of promises.
 *
 * @example
 * import { Fault, startCompositor } from "i3pm/testing"
 *
 * await using compositor = await startCompositor({ desktop: "empty" })
 * const window = compositor.openWindow({ app_id: "foot", title: "notes" })
 * compositor.run("splitv; layout tabbed")
 * compositor.moveWindow(window, "2")
 * await compositor.inject(Fault.Hang())
 */
export interface TestCompositor extends AsyncDisposable {
  readonly socketPath: string
  /** Opens a window on the focused workspace, beside the focused window. It gets the focus, as in sway. Returns its id. */
  readonly openWindow: (options?: WindowOptions) => number
  /**
   * Closes a window, as when its program ends. If it had the focus, the window that had it before gets it, or the empty workspace. Throws a
   * `WindowError` if there is none with this id.
   */
  readonly closeWindow: (id: number) => void
  /** Changes the title of a window. Throws a `WindowError` if there is none with this id. */
  readonly renameWindow: (id: number, title: string) => void
  /**
   * Moves a window to the workspace of this name, which is created if there is none. The workspace with the focus stays the same: if the
   * window had the focus, another window there gets it, or the empty workspace. Throws a `WindowError` if there is no such window, or
   * if sway would not.
   */
  readonly moveWindow: (id: number, workspace: string) => void
  /** Makes a window urgent that has not the focus. Throws a `WindowError` if there is none with this id. */
  readonly demandAttention: (id: number) => void
  /** Runs commands as a client's. Returns a result for each. */
  readonly run: (commands: string) => ReadonlyArray<CommandResult>
  /** What GET_TREE would answer now, decoded. `new Tree(compositor.tree())` looks for nodes in it. */
  readonly tree: () => Node
  /** Injects a fault now. Resolves when a flood has been sent; every other fault is there at once. */
  readonly inject: (fault: Fault) => Promise<void>
  /** Sends an event to its subscribers. `payload` becomes JSON. */
  readonly emit: (event: EventName, payload: unknown) => void
  /** Open connections. */
  readonly connections: () => number
  /** Ends it, and removes its socket, also after a crash: a new one may then be started at the same path, as after a restart. */
  readonly close: () => Promise<void>
}

/** What `Effect.runPromise` and `runSync` throw is a wrapper, without the fields of the error. This throws the error itself. */
const valueOf = <A, E>(exit: Exit.Exit<A, E>): A => {
  if (Exit.isFailure(exit)) throw Cause.squash(exit.cause)
  return exit.value
}

/** Runs what ends at once. */
const now = <A, E>(effect: Effect.Effect<A, E>): A => valueOf(Effect.runSyncExit(effect))

/**
 * Starts an embedded compositor as a plain server. Rejects with `EmbeddedCompositorError` if it cannot listen.
 *
 * @example
 * import { connect } from "i3pm/promise"
 * import { startCompositor } from "i3pm/testing"
 *
 * await using compositor = await startCompositor()
 * await using sway = await connect({ socket: compositor.socketPath })
 * compositor.openWindow({ app_id: "foot" })
 * console.log((await sway.focused())?.app_id)
 */
export const startCompositor = async (options: TestCompositorOptions = {}): Promise<TestCompositor> => {
  const scope = Effect.runSync(ScopeModule.make())
  const close = () => Effect.runPromise(ScopeModule.close(scope, Exit.void))
  try {
    const compositor = valueOf(await Effect.runPromiseExit(ScopeModule.extend(makeCompositor(options), scope)))
    return {
      socketPath: compositor.socketPath,
      openWindow: window => now(compositor.openWindow(window)),
      closeWindow: id => now(compositor.closeWindow(id)),
      renameWindow: (id, title) => now(compositor.renameWindow(id, title)),
      moveWindow: (id, workspace) => now(compositor.moveWindow(id, workspace)),
      demandAttention: id => now(compositor.demandAttention(id)),
      run: commands => now(compositor.run(commands)),
      tree: () => now(compositor.tree),
      inject: fault => Effect.runPromise(compositor.inject(fault)),
      emit: (event, payload) => now(compositor.emit(event, payload)),
      connections: () => now(compositor.connections),
      close,
      [Symbol.asyncDispose]: close,
    }
  } catch (cause) {
    await close()
    throw cause
  }
}
