/**
 * Connections to the compositor for the relay's clients. Each is proven by a reply before a client gets it. At most two wait for
 * that reply, since a compositor's backlog has room for four. One proven connection is kept ready, so that a short-lived client
 * does not have to wait.
 */
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Queue from "effect/Queue"
import * as Scope from "effect/Scope"
import { encodeUnbounded, FrameDecoder } from "../ipc/Frame.ts"
import { requestTypes } from "../ipc/Message.ts"
import { compositorName, type Version, versionIn } from "../ipc/Version.ts"
import type { UnixSocket, Wire, WireHandlers } from "../system/UnixSocket.ts"
import type { Upstream } from "./sessionTypes.ts"
import type { CompositorFacts } from "./subscriptions.ts"

/** Connections that may wait for their first reply at the same time. */
const MOST_UNPROVEN = 2

/** The wait between two attempts, while the compositor refuses or its backlog is full. */
const AGAIN = Duration.millis(50)

/** A connection that has been proven. */
export interface Connection extends Upstream {
  /** Sets the functions to call from now on. `onClose` is called at once if the connection is already lost. */
  readonly handle: (handlers: WireHandlers) => void
  /** Closes the connection; `onClose` is not called then. */
  readonly close: () => void
}

const versionRequest = encodeUnbounded(requestTypes.get_version, "")

/** `output` is an event since sway 1.9; other compositors accept the name. */
const factsOf = (version: Version): CompositorFacts => {
  const name = compositorName(version)
  const isOld = name === "sway" && version.major === 1 && version.minor < 9
  return { dialect: name === "i3" ? "i3" : "sway", knowsOutput: !isOld }
}

/** Connects, and waits for the compositor's reply without a time limit. Fails if it closes, or if the reply is not a version. */
const prove = (socket: UnixSocket["Type"], path: string): Effect.Effect<Connection, unknown> =>
  Effect.gen(function* () {
    const scope = yield* Scope.make()
    const reply = yield* Deferred.make<Version, unknown>()
    const decoder = new FrameDecoder()
    let lost = false
    let handlers: WireHandlers = {
      onData: chunk => {
        const error = decoder.push(chunk, ({ payload }) => {
          const version = versionIn(payload.toString("utf8"))
          Deferred.unsafeDone(reply, version === undefined ? Exit.fail("no version") : Exit.succeed(version))
        })
        if (error !== undefined) Deferred.unsafeDone(reply, Exit.fail(error))
      },
      onClose: code => {
        lost = true
        Deferred.unsafeDone(reply, Exit.fail(code))
      },
    }
    const close = () => Effect.runFork(Scope.close(scope, Exit.void))
    const open: Effect.Effect<readonly [Wire, Version], unknown> = Effect.gen(function* () {
      const wire = yield* Scope.extend(
        socket.connect(path, {
          onData: chunk => handlers.onData(chunk),
          onClose: code => handlers.onClose(code),
        }),
        scope,
      )
      wire.write(versionRequest)
      return [wire, yield* Deferred.await(reply)] as const
    })
    const [wire, version] = yield* Effect.onError(open, () => Scope.close(scope, Exit.void))
    return {
      write: wire.write,
      ...factsOf(version),
      handle: next => {
        handlers = next
        if (lost) next.onClose(undefined)
      },
      close,
    }
  })

/** Called with a connection for a client that waits. */
type Waiter = (connection: Connection) => void

/** Makes a connection for each item, at most {@link MOST_UNPROVEN} at a time. */
const connectForEach = (demand: Queue.Dequeue<void>, connectOne: Effect.Effect<void>) => {
  const worker = Effect.forever(Effect.zipRight(Queue.take(demand), connectOne))
  const workers = Array.from({ length: MOST_UNPROVEN }, () => worker)
  return Effect.all(workers, { concurrency: "unbounded", discard: true })
}

/** Proven connections to the present compositor. */
export interface UpstreamPool {
  /** Calls `waiter` with a connection, at once if one is ready. The returned function cancels this. Synchronous. */
  readonly take: (waiter: Waiter) => () => void
  /** Closes the ready connection: called when another one was lost, so this one may be lost too. */
  readonly discardReady: () => void
  /** Makes connections to the compositor at this path until it is interrupted. */
  readonly serve: (path: string) => Effect.Effect<never>
}

/** A pool without a compositor: `serve` gives it one. */
export const makeUpstreamPool = (socket: UnixSocket["Type"]): Effect.Effect<UpstreamPool> =>
  Effect.sync(() => {
    const waiters: Array<Waiter> = []
    let ready: Connection | undefined
    /** One item for each connection to make. */
    let demand: Queue.Enqueue<void> | undefined

    const discardReady = () => {
      const old = ready
      ready = undefined
      old?.close()
      if (old !== undefined) demand?.unsafeOffer(undefined)
    }
    const keepReady = (connection: Connection) => {
      ready = connection
      connection.handle({ onData: () => {}, onClose: discardReady })
    }
    const give = (connection: Connection) => {
      const waiter = waiters.shift()
      if (waiter !== undefined) waiter(connection)
      else if (ready === undefined) keepReady(connection)
      else connection.close()
    }
    const take = (waiter: Waiter) => {
      const present = ready
      ready = undefined
      demand?.unsafeOffer(undefined)
      if (present !== undefined) waiter(present)
      else waiters.push(waiter)
      return () => {
        const index = waiters.indexOf(waiter)
        if (index >= 0) waiters.splice(index, 1)
      }
    }
    const serve = (path: string) =>
      Effect.gen(function* () {
        const queue = yield* Queue.unbounded<void>()
        const connectOne = prove(socket, path).pipe(
          Effect.tapError(() => Effect.sleep(AGAIN)),
          Effect.eventually,
          Effect.map(give),
        )
        yield* Queue.offerAll(
          queue,
          Array.from({ length: waiters.length + 1 }, () => undefined),
        )
        demand = queue
        return yield* connectForEach(queue, connectOne).pipe(
          Effect.ensuring(
            Effect.sync(() => {
              demand = undefined
              discardReady()
            }),
          ),
          Effect.zipRight(Effect.never),
        )
      })
    return { take, discardReady, serve }
  })
