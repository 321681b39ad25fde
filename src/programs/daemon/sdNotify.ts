/** Reports the daemon's state to the service manager by sd_notify(3): READY, STATUS, WATCHDOG, RELOADING, STOPPING. */
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

/** A part of the daemon does not work any more, so the watchdog ping is withheld. */
class NotAlive extends Data.TaggedError("NotAlive")<{ readonly message: string }> {}

/** The longest time without a step of the connection's supervisor. While it works it makes one within ten seconds (`idleFor`). */
const supervisorLimit = Duration.seconds(15)

/**
 * How long the manager may take to hear that the daemon ends. One that hangs answers systemd-notify only after five seconds, and in two the
 * daemon has to be gone, with its socket.
 */
const stoppingLimit = Duration.millis(500)

/** The status before the first attempt to connect has ended. */
const STARTING = "looking for a live compositor"

type Notify = (notification: Notification) => Effect.Effect<void>

/** Logs a notification that cannot be sent. If it was a watchdog ping, the manager decides what to do. */
const notifierOf =
  (manager: ServiceManager["Type"]): Notify =>
  notification =>
    Effect.catchAll(manager.notify(notification), ({ message }) => Effect.logWarning(message))

/** Fails if the daemon hangs. It sends no request to the control socket, since other clients may keep that busy. */
const checkAlive = (connection: SwayConnection["Type"], control: ControlServer["Type"]) =>
  Effect.gen(function* () {
    const idle = yield* connection.idleFor
    if (idle > Duration.toMillis(supervisorLimit)) {
      const seconds = Math.round(idle / 1000)
      return yield* new NotAlive({ message: `the connection supervisor has made no step for ${seconds} s` })
    }
    if (!(yield* control.isListening))
      return yield* new NotAlive({ message: `the daemon no longer listens on ${control.path}` })
    // The ping follows a turn of the event loop, in which clients are accepted and their requests read.
    yield* yieldToEventLoop
  })

const pingWatchdog = (notify: Notify, alive: Effect.Effect<void, NotAlive>) =>
  alive.pipe(
    Effect.zipRight(notify({ WATCHDOG: "1" })),
    Effect.catchAll(({ message }) => Effect.logError(`watchdog ping withheld: ${message}`)),
  )

const reload = (notify: Notify, settings: Settings["Type"]) =>
  Effect.gen(function* () {
    const now = process.hrtime.bigint() / 1000n
    yield* notify({ RELOADING: "1", MONOTONIC_USEC: String(now) })
    yield* settings.reload.pipe(
      Effect.zipRight(Effect.logInfo("settings reloaded")),
      Effect.catchAll(({ message }) => Effect.logError(`reload failed, keeping the old settings: ${message}`)),
    )
    yield* notify({ READY: "1" })
  })

/** Ready means that the control socket answers, with or without a compositor: waiting for one is the daemon's work. */
export const layer = Layer.scopedDiscard(
  Effect.gen(function* () {
    const manager = yield* ServiceManager
    const control = yield* ControlServer
    const connection = yield* SwayConnection
    const health = yield* HealthProbe
    const settings = yield* Settings
    const signals = yield* Signals
    const workers = yield* Workers
    const notify = notifierOf(manager)

    const stopping = notify({ STOPPING: "1", STATUS: "stopping" })
    yield* Effect.addFinalizer(() => Effect.timeoutOption(Effect.interruptible(stopping), stoppingLimit))
    yield* notify({ READY: "1", STATUS: STARTING })
    yield* workers.follow("status reporter", health.changes, current => notify({ STATUS: describe(current) }))
    yield* workers.follow("settings reloader", signals.hangUps, () => reload(notify, settings))
    if (Option.isSome(manager.watchdog)) {
      // A third of the limit, so that one late ping is not fatal.
      const interval = Duration.times(manager.watchdog.value, 1 / 3)
      const ping = pingWatchdog(notify, checkAlive(connection, control))
      yield* workers.start("watchdog", Effect.repeat(ping, Schedule.spaced(interval)))
    }
  }),
)
