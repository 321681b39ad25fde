/** What the daemon owes its service manager: that it is ready, how it is, that it is alive, that it reads its settings anew. */
import * as Data from "effect/Data"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import { ControlServer } from "../../layers/control/ControlServer.ts"
import { HealthProbe } from "../../layers/health/HealthProbe.ts"
import { describe } from "../../layers/health/SocketHealth.ts"
import { Settings } from "../../layers/settings/Settings.ts"
import { SwayConnection } from "../../layers/sway/SwayConnection.ts"
import { yieldToEventLoop } from "../../layers/system/eventLoop.ts"
import { Signals } from "../../layers/system/Signals.ts"
import { Workers } from "../../layers/system/Workers.ts"
import { type Notification, ServiceManager } from "../../layers/systemd/ServiceManager.ts"

/** A part of the daemon has stopped moving; the watchdog is not told that all is well. */
class NotAlive extends Data.TaggedError("NotAlive")<{ readonly message: string }> {}

/** The connection's supervisor does something at least every ten seconds: it waits five at most, and each look has a deadline. */
const supervisorLimit = Duration.seconds(15)

/** The status line before the first attempt to connect has ended. */
const starting = "looking for a live compositor"

export const layer = Layer.scopedDiscard(
  Effect.gen(function* () {
    const manager = yield* ServiceManager
    const connection = yield* SwayConnection
    // Ready means that it answers, not that there is a compositor: it is the daemon's business to wait for one.
    const control = yield* ControlServer
    const health = yield* HealthProbe
    const settings = yield* Settings
    const signals = yield* Signals
    const workers = yield* Workers
    /** A manager that can not be told is no reason to end; its watchdog is, and that is the manager's own decision. */
    const tell = (notification: Notification) =>
      Effect.catchAll(manager.notify(notification), ({ message }) => Effect.logWarning(message))

    const proveAlive = Effect.gen(function* () {
      const idle = yield* connection.idleFor
      if (idle > Duration.toMillis(supervisorLimit)) {
        return yield* new NotAlive({
          message: `the connection supervisor has not moved for ${Math.round(idle / 1000)} s`,
        })
      }
      if (!(yield* control.isListening)) {
        return yield* new NotAlive({ message: `nobody listens on ${control.path}` })
      }
      // That this goes on says that the event loop turns. No question goes to the control socket, where others may crowd it.
      yield* yieldToEventLoop
    })

    const watchdog = proveAlive.pipe(
      Effect.zipRight(tell({ WATCHDOG: "1" })),
      Effect.catchAll(({ message }) => Effect.logError(`the watchdog is not told that all is well: ${message}`)),
    )

    const reload = Effect.gen(function* () {
      const now = process.hrtime.bigint() / 1000n
      yield* tell({ RELOADING: "1", MONOTONIC_USEC: String(now) })
      yield* settings.reload.pipe(
        Effect.zipRight(Effect.logInfo("the settings were read anew")),
        Effect.catchAll(({ message }) => Effect.logError(`the settings stay as they are: ${message}`)),
      )
      yield* tell({ READY: "1" })
    })

    yield* Effect.addFinalizer(() => tell({ STOPPING: "1", STATUS: "stopping" }))
    yield* tell({ READY: "1", STATUS: starting })
    yield* workers.follow("status reporter", health.changes, current => tell({ STATUS: describe(current) }))
    yield* workers.follow("settings", signals.hangUps, () => reload)
    if (Option.isSome(manager.watchdog)) {
      // A third, so that one that comes late is not the last.
      const interval = Duration.times(manager.watchdog.value, 1 / 3)
      yield* workers.start("watchdog", Effect.repeat(watchdog, Schedule.spaced(interval)))
    }
  }),
)
