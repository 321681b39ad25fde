/** Sweeps dead sockets away while the daemon runs: when a compositor has died, when a directory changes, and now and then. */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Queue from "effect/Queue"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import { SocketCleanup } from "../../layers/sockets/SocketCleanup.ts"
import { SocketDiscovery } from "../../layers/sockets/SocketDiscovery.ts"
import type { Swept } from "../../layers/sockets/Swept.ts"
import { SwayConnection } from "../../layers/sway/SwayConnection.ts"
import { Workers } from "../../layers/system/Workers.ts"

/**
 * How often to look where nothing has told us to: a compositor that we are not connected to dies without a word. It costs
 * a directory listing and a `stat` for each socket.
 */
const nowAndThen = Duration.seconds(5)

/**
 * After a sweep that met a suspect: a compositor that is shutting down is gone in milliseconds and one that is starting
 * listens in as many, so soon at first; after about six seconds it is left to {@link nowAndThen}.
 */
const suspectAgain = Schedule.exponential(Duration.millis(50)).pipe(Schedule.intersect(Schedule.recurs(6)))

const isSuspect = ({ verdict }: Swept) => verdict === "suspect"

export const layer: Layer.Layer<never, never, SocketCleanup | SocketDiscovery | SwayConnection | Workers> =
  Layer.scopedDiscard(
    Effect.gen(function* () {
      const cleanup = yield* SocketCleanup
      const discovery = yield* SocketDiscovery
      const connection = yield* SwayConnection
      const workers = yield* Workers
      const wake = yield* Queue.sliding<void>(1)

      const lost = connection.state.changes.pipe(
        Stream.filter(({ _tag }) => _tag !== "Connected"),
        Stream.as(undefined),
      )
      const sweep = cleanup
        .sweep({ dryRun: false })
        .pipe(
          Effect.repeat({ schedule: suspectAgain, while: swept => swept.some(isSuspect) }),
          Effect.zipRight(Effect.raceFirst(Queue.take(wake), Effect.sleep(nowAndThen))),
          Effect.forever,
        )
      yield* workers.follow("sweep trigger", Stream.merge(discovery.changes, lost), () => Queue.offer(wake, undefined))
      yield* workers.start("sweeper", sweep)
    }),
  )
