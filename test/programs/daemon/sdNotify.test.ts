/** What the daemon tells its service manager, and when it does not. */

import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import * as Option from "effect/Option"
import * as Queue from "effect/Queue"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/TestClock"
import { ControlServer } from "../../../src/layers/control/ControlServer.ts"
import { HealthProbe } from "../../../src/layers/health/HealthProbe.ts"
import type { SocketHealth } from "../../../src/layers/health/SocketHealth.ts"
import { defaults, Settings, SettingsError } from "../../../src/layers/settings/Settings.ts"
import { SwayConnection } from "../../../src/layers/sway/SwayConnection.ts"
import { Signals } from "../../../src/layers/system/Signals.ts"
import * as Workers from "../../../src/layers/system/Workers.ts"
import { type Notification, ServiceManager, ServiceManagerError } from "../../../src/layers/systemd/ServiceManager.ts"

import * as SdNotify from "../../../src/programs/daemon/sdNotify.ts"
import { until } from "../../support/waiting.ts"

const healthy: SocketHealth = {
  status: "healthy",
  socket_path: "/run/s.sock",
  last_validated: null,
  latency_ms: 0.5,
  reconnection_count: 0,
  uptime_seconds: 1,
  error: null,
  reconnecting: false,
  compositor: { name: "sway", version: "1.7", pid: 42 },
  source: "daemon",
  warning: null,
}

/** A daemon whose parts do what the test says; everything that the manager was told is kept. */
const makeDesk = Effect.gen(function* () {
  const told: Array<Notification> = []
  const hangUps = yield* Queue.unbounded<void>()
  const desk = { told, idle: 0, listens: true, settings: "read" as "read" | "wrong", reaches: true, hangs: false }
  const layer = SdNotify.layer.pipe(
    Layer.provide([
      Layer.succeed(ServiceManager, {
        notify: notification =>
          Effect.suspend(() => {
            told.push(notification)
            if (desk.hangs) return Effect.never
            return desk.reaches
              ? Effect.void
              : new ServiceManagerError({ reason: "NotSent", message: "not told", cause: undefined })
          }),
        watchdog: Option.some(Duration.seconds(30)),
      }),
      Layer.mock(SwayConnection, { idleFor: Effect.sync(() => desk.idle) }),
      Layer.mock(ControlServer, { path: "/ipc.sock", isListening: Effect.sync(() => desk.listens) }),
      Layer.mock(HealthProbe, { changes: Stream.concat(Stream.make(healthy), Stream.never) }),
      Layer.mock(Settings, {
        reload: Effect.suspend(() =>
          desk.settings === "wrong"
            ? new SettingsError({ reason: "Malformed", where: "config.toml", message: "no TOML" })
            : defaults,
        ),
      }),
      Layer.succeed(Signals, { hangUps: Stream.fromQueue(hangUps) }),
    ]),
    Layer.provide(Workers.layer),
  )
  const scope = yield* Effect.acquireRelease(Scope.make(), Scope.close)
  yield* Layer.buildWithScope(layer, scope).pipe(Logger.withMinimumLogLevel(LogLevel.None))
  const pings = () => told.filter(({ WATCHDOG }) => WATCHDOG === "1").length
  yield* until(Effect.sync(pings), count => count === 1)
  yield* untilLooked
  return { desk, told, pings, hangUp: Queue.offer(hangUps, undefined), end: Scope.close(scope, Exit.void) }
})

/** Waits until the watchdog sleeps until its next look. */
const untilLooked = Effect.gen(function* () {
  const now = yield* Clock.currentTimeMillis
  yield* until(TestClock.sleeps(), sleeps => [...sleeps].some(end => end > now))
})

/** A third of the watchdog's time. */
const third = Effect.zipRight(TestClock.adjust("10 seconds"), untilLooked)

describe("sd_notify", () => {
  it.scoped("says that it is ready, how it is, and that it ends", () =>
    Effect.gen(function* () {
      const { end, told } = yield* makeDesk
      assert.deepStrictEqual(told[0], { READY: "1", STATUS: "looking for a live compositor" })
      assert.deepInclude(told, { STATUS: "healthy: sway 1.7 (pid 42) at /run/s.sock, answered in 0.5 ms" })
      yield* end
      assert.deepStrictEqual(told.at(-1), { STOPPING: "1", STATUS: "stopping" })
    }),
  )

  it.scoped("ends all the same if the manager hangs", () =>
    Effect.gen(function* () {
      const { desk, end, told } = yield* makeDesk
      desk.hangs = true
      const ending = yield* Effect.fork(end)
      yield* until(
        Effect.sync(() => told.at(-1)),
        last => last?.["STOPPING"] === "1",
      )
      yield* TestClock.adjust("500 millis")
      yield* Fiber.join(ending)
    }),
  )

  it.scoped("feeds the watchdog at a third of its time", () =>
    Effect.gen(function* () {
      const { pings } = yield* makeDesk
      for (const expected of [2, 3, 4]) {
        yield* third
        assert.strictEqual(pings(), expected)
      }
    }),
  )

  it.scoped(
    "does not while the supervisor stands still or nobody listens on the control socket, and does again after",
    () =>
      Effect.gen(function* () {
        const { desk, pings } = yield* makeDesk
        desk.idle = 15_001
        yield* third
        assert.strictEqual(pings(), 1)
        desk.idle = 14_999
        desk.listens = false
        yield* third
        assert.strictEqual(pings(), 1)
        desk.listens = true
        yield* third
        assert.strictEqual(pings(), 2)
      }),
  )

  it.scoped("goes on when the manager can not be told", () =>
    Effect.gen(function* () {
      const { desk, pings } = yield* makeDesk
      desk.reaches = false
      yield* third
      yield* third
      assert.strictEqual(pings(), 3)
    }),
  )

  for (const settings of ["read", "wrong"] as const) {
    it.scoped(`says that it reloads and that it is ready again, with settings that are ${settings}`, () =>
      Effect.gen(function* () {
        const { desk, hangUp, told } = yield* makeDesk
        desk.settings = settings
        const before = told.length
        yield* hangUp
        yield* until(
          Effect.sync(() => told.length),
          count => count === before + 2,
        )
        assert.hasAllKeys(told[before], ["RELOADING", "MONOTONIC_USEC"])
        assert.deepStrictEqual(told[before + 1], { READY: "1" })
      }),
    )
  }
})
