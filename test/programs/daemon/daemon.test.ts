/** The daemon program on layers that a test puts in: everything mocked but itself, and everything real but the wire. */

import { chmodSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as SubscriptionRef from "effect/SubscriptionRef"
import * as TestClock from "effect/TestClock"
import { make as makeCompositor } from "../../../src/layers/embedded/EmbeddedCompositor.ts"
import { Fault } from "../../../src/layers/embedded/Fault.ts"
import { layerOf } from "../../../src/layers/settings/Settings.ts"
import * as SocketCleanup from "../../../src/layers/sockets/SocketCleanup.ts"
import * as SocketDiscovery from "../../../src/layers/sockets/SocketDiscovery.ts"
import * as SocketListeners from "../../../src/layers/sockets/SocketListeners.ts"
import * as SocketProbe from "../../../src/layers/sockets/SocketProbe.ts"
import { noneNamed, layerOf as sourcesOf } from "../../../src/layers/sockets/SocketSources.ts"
import * as SocketWatcher from "../../../src/layers/sockets/SocketWatcher.ts"
import { ConnectionState } from "../../../src/layers/sway/ConnectionState.ts"
import * as SwayConnection from "../../../src/layers/sway/SwayConnection.ts"
import { currentUid } from "../../../src/layers/system/currentUid.ts"
import * as KernelSockets from "../../../src/layers/system/KernelSockets.ts"
import * as ProcessTable from "../../../src/layers/system/ProcessTable.ts"
import { RuntimeDir } from "../../../src/layers/system/RuntimeDir.ts"
import { controlSocketPathIn } from "../../../src/layers/system/runtimeDirOf.ts"
import { Signals } from "../../../src/layers/system/Signals.ts"
import * as Workers from "../../../src/layers/system/Workers.ts"
import { ServiceManager } from "../../../src/layers/systemd/ServiceManager.ts"
import { Daemon, runWorkers } from "../../../src/programs/daemon/daemon.ts"
import { makeFakeSocket, swayVersion } from "../../layers/support/fakeWire.ts"
import { ask, health } from "../../support/daemon.ts"
import { eventually } from "../../support/waiting.ts"

const makeDirectory = Effect.acquireRelease(
  Effect.sync(() => {
    const path = mkdtempSync(join(tmpdir(), "i3pm-"))
    chmodSync(path, 0o700)
    return path
  }),
  path => Effect.sync(() => rmSync(path, { recursive: true, force: true })),
)

const runtimeDirAt = (path: string) =>
  Layer.succeed(RuntimeDir, { path, uid: currentUid(), controlSocketPath: controlSocketPathIn(path) })

const settings = layerOf({
  socket: Option.none(),
  probeInterval: Duration.seconds(5),
  probeDeadline: Duration.millis(60),
  logLevel: LogLevel.None,
})

const quiet = Logger.minimumLogLevel(LogLevel.None)

const noManager = Layer.succeed(ServiceManager, { notify: () => Effect.void, watchdog: Option.none() })
const noSignals = Layer.succeed(Signals, { hangUps: Stream.never })
const noCleanup = Layer.succeed(SocketCleanup.SocketCleanup, { sweep: () => Effect.succeed([]) })

/** Runs the daemon in the background of the test. */
const launch = <E, R>(layer: Layer.Layer<Workers.Workers, E, R>) =>
  runWorkers(layer).pipe(Effect.provide(quiet), Effect.forkScoped)

const ping = (directory: string) => Effect.either(ask(directory, '{"jsonrpc":"2.0","method":"ping","id":1}'))

const connected = ConnectionState.Connected({
  path: "/mock.sock",
  identity: "1:1",
  pid: 4711,
  proof: { version: swayVersion, latencyMs: 0.25, at: 0 },
  since: 0,
  reconnections: 3,
})

/** A connection whose state a test sets and whose compositor answers as long as `answers` is not taken away. */
const makeMock = Effect.gen(function* () {
  const state = yield* SubscriptionRef.make<ConnectionState>(connected)
  const requests: Array<string> = []
  let silent = false
  const layer = Layer.mock(SwayConnection.SwayConnection, {
    state,
    send: request =>
      Effect.suspend(() => {
        requests.push(request)
        return silent ? Effect.never : Effect.succeed(Buffer.from(JSON.stringify(swayVersion)))
      }),
  })
  const service = {
    state,
    requests,
    layer,
    beSilent: () => {
      silent = true
    },
  }
  return service
})

const mockDiscovery = Layer.mock(SocketDiscovery.SocketDiscovery, {
  changes: Stream.never,
  isInPlace: () => Effect.succeed(true),
  waitingAt: () => Effect.succeed(0),
  survey: () => Effect.succeed([]),
})

/** What the daemon needs of the kernel and its supervisor, with this directory as its runtime directory. */
const outsideAt = (directory: string) =>
  Layer.mergeAll(
    settings,
    runtimeDirAt(directory),
    KernelSockets.layer,
    ProcessTable.layer,
    Workers.layer,
    noManager,
    noSignals,
  )

/** What the daemon stands on, with this connection and this discovery. */
const worldOf = (
  directory: string,
  connection: Layer.Layer<SwayConnection.SwayConnection>,
  discovery: Layer.Layer<SocketDiscovery.SocketDiscovery>,
) => Layer.mergeAll(connection, discovery, outsideAt(directory), noCleanup)

describe("the daemon program", () => {
  it.scoped("runs on a mocked connection, a mocked discovery and the test's clock", () =>
    Effect.gen(function* () {
      const directory = yield* makeDirectory
      const mock = yield* makeMock
      const base = worldOf(directory, mock.layer, mockDiscovery)
      yield* launch(Daemon("i3pm").pipe(Layer.provideMerge(base)))
      yield* eventually(ping(directory), answer => answer._tag === "Right")

      const healthy = yield* health(directory)
      assert.strictEqual(healthy.status, "healthy")
      assert.strictEqual(healthy.socket_path, "/mock.sock")
      assert.strictEqual(healthy.reconnection_count, 3)
      assert.deepStrictEqual(healthy.compositor, { name: "sway", version: "1.7", pid: 4711 })

      yield* TestClock.adjust("10 seconds")
      assert.strictEqual((yield* health(directory)).uptime_seconds, 10)

      mock.beSilent()
      const asked = yield* Effect.fork(health(directory))
      yield* eventually(
        Effect.sync(() => mock.requests.length),
        count => count > 4,
        5000,
      )
      yield* TestClock.adjust("60 millis")
      const stale = yield* Fiber.join(asked)
      assert.strictEqual(stale.status, "stale")
      assert.include(stale.error, "1970-01-01T00:00:10")

      yield* SubscriptionRef.set(
        mock.state,
        ConnectionState.Disconnected({ lastError: "nothing there", path: "/mock.sock", reconnections: 3 }),
      )
      const gone = yield* eventually(health(directory), ({ status }) => status === "disconnected")
      assert.strictEqual(gone.error, "nothing there")
    }),
  )

  it.scopedLive("runs with only the wire replaced", () =>
    Effect.gen(function* () {
      const directory = yield* makeDirectory
      const path = `${directory}/sway-ipc.${currentUid()}.1.sock`
      // A socket that nobody listens on: the wire that answers is the test's.
      yield* Effect.scoped(Effect.flatMap(makeCompositor({ socketPath: path }), ({ inject }) => inject(Fault.Crash())))
      const wire = makeFakeSocket()
      wire.onRequest((peer, name) => queueMicrotask(() => peer.reply(name, swayVersion)))
      const base = SwayConnection.layer.pipe(
        Layer.provideMerge(SocketDiscovery.layer),
        Layer.provideMerge(SocketCleanup.layer),
        Layer.provideMerge(Layer.merge(SocketProbe.layer, SocketListeners.layer)),
        Layer.provideMerge(SocketWatcher.layer),
        Layer.provideMerge(Layer.mergeAll(wire.layer, sourcesOf(noneNamed), outsideAt(directory))),
      )
      yield* launch(Daemon("i3pm").pipe(Layer.provideMerge(base)))
      yield* eventually(ping(directory), answer => answer._tag === "Right")
      const healthy = yield* eventually(health(directory), ({ status }) => status === "healthy")
      assert.strictEqual(healthy.socket_path, path)

      // The kept one; discovery and cleanup have closed theirs.
      wire.wires.find(({ isOpen }) => isOpen)?.close()
      const back = yield* eventually(health(directory), ({ reconnection_count }) => reconnection_count === 1)
      assert.strictEqual(back.status, "healthy")
    }),
  )

  it.scopedLive("ends, and says why, when one of its workers dies", () =>
    Effect.gen(function* () {
      const directory = yield* makeDirectory
      const mock = yield* makeMock
      const dying = yield* Deferred.make<void>()
      const discovery = Layer.mock(SocketDiscovery.SocketDiscovery, {
        changes: Stream.fromEffect(Deferred.await(dying)).pipe(
          Stream.flatMap(() => Stream.dieMessage("inotify broke")),
        ),
        isInPlace: () => Effect.succeed(true),
        waitingAt: () => Effect.succeed(0),
      })
      const base = worldOf(directory, mock.layer, discovery)
      const fiber = yield* launch(Daemon("i3pm").pipe(Layer.provideMerge(base)))
      yield* eventually(ping(directory), answer => answer._tag === "Right")
      yield* Deferred.succeed(dying, undefined)
      const death = yield* Effect.flip(Fiber.join(fiber))
      assert.strictEqual(death._tag, "WorkerDied")
      assert.match(death.message, /the health: directory died: .*inotify broke/)
    }),
  )
})
