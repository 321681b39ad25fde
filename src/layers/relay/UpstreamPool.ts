/**
 * Connections to the present compositor for the relay's clients. One proven connection is kept ready, so that a short-lived client does
 * not have to wait. Synchronous but for `serve`: after a restart all clients need a connection at once, and a fiber for each would take
 * most of the time.
 */
import * as Effect from "effect/Effect"
import type { OpenSocket } from "../system/plainSocket.ts"
import { type Connection, ignoring } from "./Connection.ts"
import { type Compositor, ConnectionMaker } from "./ConnectionMaker.ts"

/** A client that waits for a connection. */
export interface Waiter {
  /** True if it sends requests of its own as soon as it has a connection. Then that need not be proven before. */
  readonly proves: () => boolean
  readonly onConnection: (connection: Connection) => void
}

/** Connections to the present compositor. */
export interface UpstreamPool {
  /** Gives the client a connection, at once if one is ready. The returned function cancels this. */
  readonly take: (waiter: Waiter) => () => void
  /** Closes the ready connection: called when another one was lost, so this one may be lost too. */
  readonly discardReady: () => void
  /** Makes connections to this compositor until it is interrupted. */
  readonly serve: (compositor: Compositor) => Effect.Effect<never>
}

/** A pool without a compositor: `serve` gives it one. */
export const makeUpstreamPool = (open: OpenSocket): UpstreamPool => {
  const waiters: Array<Waiter> = []
  let ready: Connection | undefined
  let maker: ConnectionMaker | undefined

  const discardReady = () => {
    const old = ready
    ready = undefined
    old?.close()
    if (old !== undefined) maker?.fill()
  }
  const keepReady = (connection: Connection) => {
    ready = connection
    connection.handle({ ...ignoring, onClose: discardReady })
  }
  const give = (connection: Connection) => {
    const waiter = waiters.shift()
    if (waiter !== undefined) waiter.onConnection(connection)
    else if (ready === undefined) keepReady(connection)
    else connection.close()
  }
  const demand = {
    missing: () => waiters.length + (ready === undefined ? 1 : 0),
    takeProver: () => (waiters[0]?.proves() === true ? waiters.shift()?.onConnection : undefined),
    give,
  }
  const take = (waiter: Waiter) => {
    const present = ready
    ready = undefined
    if (present !== undefined) waiter.onConnection(present)
    else waiters.push(waiter)
    maker?.fill()
    return () => {
      const index = waiters.indexOf(waiter)
      if (index >= 0) waiters.splice(index, 1)
    }
  }
  const start = (compositor: Compositor) => {
    const started = new ConnectionMaker(open, compositor, demand)
    maker = started
    started.fill()
    return started
  }
  const stop = (started: ConnectionMaker) => {
    maker = undefined
    started.stop()
    discardReady()
  }
  const serve = (compositor: Compositor) =>
    Effect.acquireUseRelease(
      Effect.sync(() => start(compositor)),
      () => Effect.never,
      started => Effect.sync(() => stop(started)),
    )
  return { take, discardReady, serve }
}
