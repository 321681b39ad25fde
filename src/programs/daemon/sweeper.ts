/** Removes orphaned sockets while the daemon runs: when the connection is lost, when a directory changes, and every 5 s. */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Queue from "effect/Queue"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import * as SubscriptionRef from "effect/SubscriptionRef"
import { SocketCleanup } from "../../layers/sockets/SocketCleanup.ts"
import { SocketDiscovery } from "../../layers/sockets/SocketDiscovery.ts"
import type { Swept } from "../../layers/sockets/Swept.ts"
import { SwayConnection } from "../../layers/sway/SwayConnection.ts"
import { Workers } from "../../layers/system/Workers.ts"

/**
 * The time between two sweeps without a trigger: the daemon does not notice the death of a compositor that it is not connected
 * to. A sweep costs a directory listing and a `stat` for each socket; if the only socket is that of the connection, and no directory
 * has changed, a `stat` for each directory.
 */
const sweepInterval = Duration.seconds(5)

/**
 * The waits after a sweep that found a suspect, 50 ms to 1.6 s. A compositor that starts or shuts down is done within milliseconds,
 * so the first come soon. After all six, in three seconds, the wait is {@link sweepInterval} again.
 */
const suspectRetry = Schedule.exponential(Duration.millis(50)).pipe(Schedule.intersect(Schedule.recurs(6)))

const isSuspect = ({ verdict }: Swept) => verdict === "suspect"

/** Sweeps again after each wait of {@link suspectRetry}, until no suspect is left. `swept` is what the last sweep found. */
const sweepAgain = (sweep: Effect.Effect<ReadonlyArray<Swept>>, swept: ReadonlyArray<Swept>) =>
  Effect.scheduleFrom(
    sweep,
    swept,
    Schedule.whileInput(suspectRetry, (last: ReadonlyArray<Swept>) => last.some(isSuspect)),
  )

/** A worker that sweeps, and two that wake it: one when something has changed, one by the clock, which costs less than a race of the two. */
export const layer: Layer.Layer<never, never, SocketCleanup | SocketDiscovery | SwayConnection | Workers> =
  Layer.scopedDiscard(
    Effect.gen(function* () {
      const cleanup = yield* SocketCleanup
      const discovery = yield* SocketDiscovery
      const connection = yield* SwayConnection
      const workers = yield* Workers
      const wake = yield* Queue.sliding<void>(1)
      const wakeUp = Queue.offer(wake, undefined)

      const lost = connection.state.changes.pipe(
        Stream.filter(({ _tag }) => _tag !== "Connected"),
        Stream.as(undefined),
      )
      const sweepOnce = Effect.flatMap(SubscriptionRef.get(connection.state), state =>
        cleanup.sweep({ dryRun: false, connected: state._tag === "Connected" ? state : undefined }),
      )
      const sweep = sweepOnce.pipe(
        // Most sweeps find none, and a schedule costs more than such a sweep.
        Effect.flatMap(swept => (swept.some(isSuspect) ? sweepAgain(sweepOnce, swept) : Effect.void)),
        Effect.zipRight(Queue.take(wake)),
        Effect.forever,
      )
      yield* workers.follow("sweep trigger", Stream.merge(discovery.changes, lost), () => wakeUp)
      yield* workers.start("sweep timer", Effect.forever(Effect.zipRight(Effect.sleep(sweepInterval), wakeUp)))
      yield* workers.start("sweeper", sweep)
    }),
  )
