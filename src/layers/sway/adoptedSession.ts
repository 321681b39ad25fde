/** The first session for events, if the CLI's fast path has opened and subscribed it already. */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Scope from "effect/Scope"
import { ConnectionLost } from "../ipc/IpcErrors.ts"
import type { OpenedEvents } from "../ipc/openedEvents.ts"
import type { Subscribers } from "./Subscribers.ts"

/** An open session. */
export interface AdoptedSession {
  /** The socket file's device and inode, as in `LiveSocket`. */
  readonly identity: string
  /** Passes on what has come, then each event, to the subscribers that there are. Does nothing a second time. */
  readonly serve: Effect.Effect<void>
  /** Fails when the connection is lost. When this ends, whatever the cause, the connection is closed. */
  readonly held: Effect.Effect<never, ConnectionLost>
  readonly close: Effect.Effect<void>
}

/** Adopts a connection until the scope closes. `session` is a number that no other session has. What was refused is known already. */
export const adopt = (
  opened: OpenedEvents,
  subscribers: Subscribers,
  session: number,
): Effect.Effect<AdoptedSession, never, Scope.Scope> =>
  Effect.gen(function* () {
    const lost = yield* Deferred.make<never, ConnectionLost>()
    const close = Effect.sync(() => {
      opened.close()
      subscribers.end(session)
    })
    yield* Effect.addFinalizer(() => close)
    let served = false
    return {
      identity: opened.destination.identity,
      serve: Effect.sync(() => {
        if (served) return
        served = true
        subscribers.serve(session, opened.destination.path, new Set())
        opened.follow({
          event: (event, payload) => subscribers.publish(session, event, payload),
          lose: count => subscribers.lose(count),
          end: fault => Deferred.unsafeDone(lost, Exit.fail(new ConnectionLost(fault))),
        })
      }),
      held: Effect.ensuring(Deferred.await(lost), close),
      close,
    }
  })
