/** Records a span for each reconnection: from the loss of the connection to the proof of the next one. */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FiberId from "effect/FiberId"
import * as Layer from "effect/Layer"
import type * as Tracer from "effect/Tracer"
import { compositorOf } from "../health/SocketHealth.ts"
import { type ConnectionState, isSameConnection } from "../sway/ConnectionState.ts"
import { SwayConnection } from "../sway/SwayConnection.ts"
import { Workers } from "../system/Workers.ts"

/** Most failed attempts in one span. Without a compositor there is one every five seconds, perhaps for days. */
const MAX_EVENTS = 32

/** A reconnection in progress. */
interface Open {
  readonly span: Tracer.Span
  attempts: number
}

type Lost = Exclude<ConnectionState, { readonly _tag: "Connected" }>

const begin = (state: Lost): Effect.Effect<Open> =>
  Effect.map(
    Effect.makeSpan("i3pm.reconnection", {
      root: true,
      kind: "client",
      captureStackTrace: false,
      attributes: { "i3pm.reason": state.lastError, "i3pm.socket.lost": state.path ?? "" },
    }),
    span => ({ span, attempts: 0 }),
  )

/** Follows the connection's state for as long as the scope lives. A span that is open at the end is marked as interrupted. */
export const layer: Layer.Layer<never, never, SwayConnection | Workers> = Layer.scopedDiscard(
  Effect.gen(function* () {
    const { state } = yield* SwayConnection
    const workers = yield* Workers
    const clock = yield* Effect.clock
    let open: Open | undefined
    let last: ConnectionState | undefined

    const end = ({ attempts, span }: Open, exit: Exit.Exit<unknown, unknown>) => {
      span.attribute("i3pm.attempts", attempts)
      span.end(clock.unsafeCurrentTimeNanos(), exit)
      open = undefined
    }

    const onLost = (next: Lost) =>
      Effect.gen(function* () {
        // Before the first connection there is no reconnection.
        if (last?._tag === "Connected") {
          open = yield* begin(next)
          return
        }
        if (open === undefined) return
        open.attempts += 1
        if (open.attempts > MAX_EVENTS) return
        open.span.event("attempt failed", clock.unsafeCurrentTimeNanos(), { "i3pm.reason": next.lastError })
      })

    const onState = (next: ConnectionState) =>
      Effect.gen(function* () {
        if (last !== undefined && next._tag === "Connected" && isSameConnection(last, next)) return
        if (next._tag !== "Connected") yield* onLost(next)
        else if (open !== undefined) {
          const { name, pid, version } = compositorOf(next)
          open.span.attribute("i3pm.socket", next.path)
          open.span.attribute("i3pm.compositor", `${name} ${version}`)
          if (pid !== null) open.span.attribute("i3pm.compositor.pid", pid)
          open.attempts += 1
          end(open, Exit.void)
        }
        last = next
      })

    yield* Effect.addFinalizer(() =>
      Effect.sync(() => {
        if (open !== undefined) end(open, Exit.interrupt(FiberId.none))
      }),
    )
    yield* workers.follow("telemetry: reconnections", state.changes, onState)
  }),
)
