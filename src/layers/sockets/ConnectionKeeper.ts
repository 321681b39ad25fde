/**
 * Keeps the connections on which the candidates of a search have answered, so that the one that wins is not connected to again: a
 * compositor that starts may need as long for a second reply as for the first.
 */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import type { IpcClient } from "../ipc/IpcClient.ts"

/** An open connection, and what closes it. */
export interface ProvenConnection {
  readonly client: IpcClient
  readonly scope: Scope.CloseableScope
}

/** Whom a probe offers its connection. */
export interface ConnectionKeeper {
  /** True if the connection is kept: then the keeper closes it. `identity` is the socket's device and inode. */
  readonly offer: (identity: string, connection: ProvenConnection) => boolean
}

/** The keeper of one search. */
export interface SearchKeeper extends ConnectionKeeper {
  /**
   * Ends the search: the connection to this socket, if there is one, stays open as long as the keeper's scope, and all others are closed.
   */
  readonly take: (identity: string) => Effect.Effect<IpcClient | undefined>
}

/** A keeper whose connections are closed with the scope, at the latest. */
export const make: Effect.Effect<SearchKeeper, never, Scope.Scope> = Effect.gen(function* () {
  const kept = new Map<string, ProvenConnection>()
  let isOver = false
  const closeAll = Effect.suspend(() => {
    isOver = true
    const closing = [...kept.values()]
    kept.clear()
    return Effect.forEach(closing, ({ scope }) => Scope.close(scope, Exit.void), { discard: true })
  })
  yield* Effect.addFinalizer(() => closeAll)
  return {
    offer: (identity, connection) => {
      if (isOver || kept.has(identity)) return false
      kept.set(identity, connection)
      return true
    },
    take: identity =>
      Effect.gen(function* () {
        const taken = kept.get(identity)
        kept.delete(identity)
        yield* closeAll
        if (taken !== undefined) kept.set(identity, taken)
        return taken?.client
      }).pipe(Effect.uninterruptible),
  }
})
