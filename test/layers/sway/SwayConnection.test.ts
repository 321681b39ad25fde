import { assert, describe, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as SubscriptionRef from "effect/SubscriptionRef"
import * as TestClock from "effect/TestClock"
import { make as makeCompositor } from "../../../src/layers/embedded/EmbeddedCompositor.ts"
import { Fault } from "../../../src/layers/embedded/Fault.ts"
import * as SocketDiscovery from "../../../src/layers/sockets/SocketDiscovery.ts"
import * as SocketListeners from "../../../src/layers/sockets/SocketListeners.ts"
import * as SocketProbe from "../../../src/layers/sockets/SocketProbe.ts"
import { noneNamed, layerOf as sourcesOf } from "../../../src/layers/sockets/SocketSources.ts"
import * as SocketWatcher from "../../../src/layers/sockets/SocketWatcher.ts"
import { type ConnectionState, isBeforeFirstAttempt, NOT_YET } from "../../../src/layers/sway/ConnectionState.ts"
import * as SwayConnection from "../../../src/layers/sway/SwayConnection.ts"
import * as KernelSockets from "../../../src/layers/system/KernelSockets.ts"
import * as ProcessTable from "../../../src/layers/system/ProcessTable.ts"
import { RuntimeDir } from "../../../src/layers/system/RuntimeDir.ts"
import * as UnixSocket from "../../../src/layers/system/UnixSocket.ts"
import * as Workers from "../../../src/layers/system/Workers.ts"
import { until, untilAsleep, untilSeen } from "../../support/waiting.ts"
import { makeOwnDir, ownUid } from "../support/children.ts"
import { liveAt, makeFakeDiscovery, noCandidate, noneAnswered } from "../support/fakeDiscovery.ts"
import { i3Version, makeFakeSocket, swayVersion } from "../support/fakeWire.ts"

/** A connection on a fake wire with a fake discovery, and all states it has been in. The peer answers GET_VERSION. */
const makeSetup = (first: Parameters<typeof makeFakeDiscovery>[0] = liveAt("/run/a.sock")) =>
  Effect.gen(function* () {
    const discovery = yield* makeFakeDiscovery(first)
    const fake = makeFakeSocket()
    fake.onRequest((wire, name) => {
      if (name === "get_version") wire.reply(name, swayVersion)
    })
    const services = yield* Layer.build(
      SwayConnection.layer.pipe(Layer.provide([discovery.layer, fake.layer, Workers.layer])),
    )
    const connection = Context.get(services, SwayConnection.SwayConnection)
    const states: Array<ConnectionState> = []
    yield* Effect.forkScoped(
      Stream.runForEach(connection.state.changes, state => Effect.sync(() => states.push(state))),
    )
    const current = SubscriptionRef.get(connection.state)
    const tags = () => states.map(({ _tag }) => _tag)
    yield* untilSeen(
      () => states.at(-1),
      state => state !== undefined && !isBeforeFirstAttempt(state),
    )
    /** Waits until a state of this kind is the last one. */
    const becomes = (tag: ConnectionState["_tag"], reconnections?: number) =>
      untilSeen(
        () => states.at(-1),
        state => state?._tag === tag && (reconnections === undefined || state.reconnections === reconnections),
      )
    return { connection, discovery, fake, states, tags, current, becomes }
  })

const refused = new UnixSocket.ConnectError({
  reason: "Refused",
  path: "/run/a.sock",
  message: "nobody listens there",
  cause: undefined,
})

describe("its states", () => {
  it.scoped("are not yet Connected before the first attempt has ended, with no path", () =>
    Effect.gen(function* () {
      const discovery = Layer.mock(SocketDiscovery.SocketDiscovery, { find: () => Effect.never, changes: Stream.never })
      const services = yield* Layer.build(
        SwayConnection.layer.pipe(Layer.provide([discovery, makeFakeSocket().layer, Workers.layer])),
      )
      const { state } = Context.get(services, SwayConnection.SwayConnection)
      assert.deepInclude(yield* SubscriptionRef.get(state), {
        _tag: "Disconnected",
        lastError: NOT_YET,
        path: null,
        reconnections: 0,
      })
    }),
  )

  it.scoped("are Disconnected, Connected, Reconnecting and Connected again across a crash", () =>
    Effect.gen(function* () {
      const { becomes, discovery, fake, states, tags } = yield* makeSetup(noCandidate)
      assert.deepStrictEqual(new Set(tags()), new Set(["Disconnected"]))
      discovery.put(liveAt("/run/a.sock"))
      yield* TestClock.adjust("100 millis")
      yield* becomes("Connected")
      assert.deepInclude(states.at(-1), { _tag: "Connected", path: "/run/a.sock", reconnections: 0, pid: 4242 })
      yield* TestClock.adjust("1 minute")
      discovery.put(noneAnswered)
      fake.last().close()
      yield* untilSeen(
        () => states.at(-1),
        state => state?._tag === "Reconnecting" && state.lastError === "nobody answers",
      )
      assert.deepInclude(states.at(-1), { path: "/run/a.sock" })
      discovery.put(liveAt("/run/b.sock"))
      yield* TestClock.adjust("100 millis")
      yield* becomes("Connected")
      assert.deepInclude(states.at(-1), { path: "/run/b.sock", reconnections: 1 })
      assert.deepStrictEqual(
        tags().filter((tag, index) => tag !== tags()[index - 1]),
        ["Disconnected", "Connected", "Reconnecting", "Connected"],
      )
    }),
  )

  it.scoped("have the time of the connection and its proof", () =>
    Effect.gen(function* () {
      yield* TestClock.adjust("90 seconds")
      const { current } = yield* makeSetup()
      const state = yield* current
      assert.deepInclude(state, { _tag: "Connected", since: 90_000 })
      assert.deepInclude(state._tag === "Connected" ? state.proof : {}, { version: swayVersion, latencyMs: 0 })
    }),
  )

  it.scoped("are Disconnected with the path last used when the socket is gone with its compositor", () =>
    Effect.gen(function* () {
      const { becomes, discovery, fake, states } = yield* makeSetup()
      yield* TestClock.adjust("1 minute")
      discovery.put(noCandidate)
      fake.last().close()
      yield* becomes("Disconnected")
      assert.deepInclude(states.at(-1), {
        _tag: "Disconnected",
        path: "/run/a.sock",
        lastError: "there is no socket",
        reconnections: 0,
      })
    }),
  )

  it.scoped("report a lost connection with its reason before the next attempt", () =>
    Effect.gen(function* () {
      const { becomes, fake, states } = yield* makeSetup()
      yield* TestClock.adjust("1 minute")
      fake.last().close("ECONNRESET")
      yield* becomes("Connected", 1)
      const [lost] = states.filter(({ _tag }) => _tag === "Reconnecting")
      assert.deepInclude(lost, { _tag: "Reconnecting", attempt: 1, path: "/run/a.sock" })
      assert.include(lost?._tag === "Reconnecting" ? lost.lastError : "", "connection reset by peer")
      assert.deepInclude(states.at(-1), { _tag: "Connected", reconnections: 1 })
    }),
  )

  it.scoped("count reconnections that succeed, and attempts that do not", () =>
    Effect.gen(function* () {
      const { becomes, discovery, fake, states, current } = yield* makeSetup()
      for (const expected of [1, 2]) {
        yield* TestClock.adjust("1 minute")
        fake.refuseWith(refused)
        fake.last().close()
        yield* TestClock.adjust("10 seconds")
        const attempts = states.flatMap(state => (state._tag === "Reconnecting" ? [state.attempt] : []))
        assert.isAtLeast(Math.max(...attempts), 5)
        assert.deepInclude(yield* current, { _tag: "Reconnecting", reconnections: expected - 1 })
        fake.refuseWith(undefined)
        yield* discovery.change
        yield* becomes("Connected", expected)
      }
    }),
  )

  it.scoped("are not Connected by a peer that accepts and does not answer", () =>
    Effect.gen(function* () {
      const { becomes, fake, discovery, states, current } = yield* makeSetup(noCandidate)
      fake.onRequest(() => {})
      discovery.put(liveAt("/run/a.sock"))
      yield* TestClock.adjust("1200 millis")
      yield* becomes("Reconnecting")
      const state = yield* current
      assert.deepInclude(state, { _tag: "Reconnecting", path: null })
      assert.include(state._tag === "Reconnecting" ? state.lastError : "", "GET_VERSION")
      assert.isFalse(fake.wires[0]?.isOpen)
      assert.isUndefined(states.find(({ _tag }) => _tag === "Connected"))
    }),
  )
})

describe("attempts", () => {
  it.scoped("wait twice as long each time, up to five seconds, with a jitter of 20 %", () =>
    Effect.gen(function* () {
      const { discovery } = yield* makeSetup(noCandidate)
      yield* TestClock.adjust("1 minute")
      const times = discovery.searches.map(({ at }) => at)
      const delays = times.slice(1).map((at, index) => at - (times[index] ?? 0))
      assert.isAtLeast(delays.length, 14)
      for (const [index, delay] of delays.entries()) {
        const nominal = Math.min(50 * 2 ** index, 5000)
        assert.isTrue(delay >= nominal * 0.8 - 1 && delay <= nominal * 1.2 + 1, `delay ${index}: ${delay} ms`)
      }
      const longest = delays.slice(8)
      assert.isAbove(new Set(longest).size, 1, "there is no jitter")
    }),
  )

  it.scoped("are woken early by a change in the directory, which also resets the backoff", () =>
    Effect.gen(function* () {
      const { discovery } = yield* makeSetup(noCandidate)
      yield* TestClock.adjust("1 minute")
      const before = discovery.searches.length
      const searchedSince = () => discovery.searches.slice(before).map(({ at }) => at)
      yield* untilAsleep(discovery.change)
      assert.deepStrictEqual(searchedSince(), [60_000])
      yield* TestClock.adjust("60 millis")
      yield* untilSeen(searchedSince, times => times.length > 1)
      assert.strictEqual(searchedSince().length, 2)
    }),
  )

  it.scoped("keep their waits with a peer that accepts, answers and drops each connection", () =>
    Effect.gen(function* () {
      const { fake } = yield* makeSetup()
      fake.onRequest((wire, name) => {
        wire.reply(name, swayVersion)
        queueMicrotask(() => wire.close())
      })
      fake.last().close()
      const before = fake.wires.length
      yield* TestClock.adjust("10 seconds")
      assert.isBelow(fake.wires.length - before, 12)
      assert.isAbove(fake.wires.length - before, 5)
    }),
  )

  it.scoped("ask discovery each time, with the path of the last connection", () =>
    Effect.gen(function* () {
      const { discovery, fake } = yield* makeSetup()
      assert.isUndefined(discovery.searches[0]?.inUse)
      yield* TestClock.adjust("1 second")
      fake.last().close()
      yield* untilSeen(
        () => discovery.searches.length,
        count => count > 1,
      )
      assert.strictEqual(discovery.searches.at(-1)?.inUse, "/run/a.sock")
    }),
  )

  it.scoped("close their connection when they fail", () =>
    Effect.gen(function* () {
      const { fake, discovery } = yield* makeSetup(noCandidate)
      fake.onRequest((wire, name) => wire.reply(name, "nonsense"))
      discovery.put(liveAt("/run/a.sock"))
      yield* TestClock.adjust("10 seconds")
      assert.isAtLeast(fake.wires.length, 5)
      assert.deepStrictEqual(
        fake.wires.filter(({ isOpen }) => isOpen),
        [],
      )
    }),
  )
})

describe("requests", () => {
  it.scoped("are decoded by `request`, and returned as bytes by `send`", () =>
    Effect.gen(function* () {
      const { connection, fake } = yield* makeSetup()
      fake.onRequest((wire, name) => wire.reply(name, ["a", "b"]))
      assert.deepStrictEqual(yield* connection.request("get_marks"), ["a", "b"])
      assert.strictEqual((yield* connection.send("get_marks")).toString("utf8"), '["a","b"]')
    }),
  )

  it.scoped("carry their payload", () =>
    Effect.gen(function* () {
      const { connection, fake } = yield* makeSetup()
      fake.onRequest((wire, name) => wire.reply(name, [{ success: true }]))
      assert.deepStrictEqual(yield* connection.request("command", "workspace 2"), [{ success: true }])
      assert.deepStrictEqual(fake.last().requests.at(-1), { name: "command", payload: "workspace 2" })
    }),
  )

  it.scoped("fail with NotConnected while there is no connection, without a wait", () =>
    Effect.gen(function* () {
      const { connection } = yield* makeSetup(noCandidate)
      const error = yield* Effect.flip(connection.request("get_tree"))
      assert.deepInclude(error, { _tag: "RequestError", reason: "NotConnected", request: "get_tree", path: null })
    }),
  )

  it.scoped("fail with ConnectionLost when the compositor goes, then with NotConnected", () =>
    Effect.gen(function* () {
      const { becomes, connection, fake, discovery } = yield* makeSetup()
      fake.onRequest(() => {})
      const waiting = yield* Effect.forEach(["get_tree", "get_marks"] as const, name =>
        Effect.fork(Effect.flip(connection.send(name))),
      )
      yield* untilSeen(
        () => fake.last().requests.map(({ name }) => name),
        sent => sent.includes("get_tree") && sent.includes("get_marks"),
      )
      discovery.put(noCandidate)
      fake.last().close()
      for (const fiber of waiting) assert.deepInclude(yield* Fiber.join(fiber), { reason: "ConnectionLost" })
      yield* becomes("Reconnecting")
      assert.deepInclude(yield* Effect.flip(connection.send("get_tree")), { reason: "NotConnected" })
    }),
  )

  it.scoped("time out after three seconds unless told otherwise, and cost no connection", () =>
    Effect.gen(function* () {
      const { connection, fake } = yield* makeSetup()
      fake.onRequest(() => {})
      const usual = yield* Effect.fork(Effect.flip(connection.send("get_tree")))
      yield* untilSeen(
        () => fake.last().requests.at(-1)?.name,
        name => name === "get_tree",
      )
      yield* TestClock.adjust("2999 millis")
      assert.strictEqual((yield* Fiber.poll(usual))._tag, "None")
      yield* TestClock.adjust("1 millis")
      assert.deepInclude(yield* Fiber.join(usual), { reason: "Timeout" })
      assert.isTrue(fake.last().isOpen)
      assert.strictEqual(fake.wires.length, 1)
    }),
  )

  for (const [name, reply] of [
    ["get_marks", { marks: [] }],
    ["get_workspaces", "nothing"],
    ["get_version", {}],
  ] as const) {
    it.scoped(`fail with InvalidReply when ${name} is answered with ${JSON.stringify(reply)}`, () =>
      Effect.gen(function* () {
        const { connection, fake } = yield* makeSetup()
        fake.onRequest(wire => wire.reply(name, reply))
        const error = yield* Effect.flip(connection.request(name))
        assert.deepInclude(error, { reason: "InvalidReply", request: name, path: "/run/a.sock" })
        assert.include(error.message, name.toUpperCase())
      }),
    )
  }

  it.scoped("that i3 does not know fail with Unsupported and are not sent", () =>
    Effect.gen(function* () {
      const { becomes, connection, fake, discovery } = yield* makeSetup(noCandidate)
      fake.onRequest((wire, name) => wire.reply(name, i3Version))
      discovery.put(liveAt("/run/i3.sock", i3Version))
      yield* discovery.change
      yield* becomes("Connected")
      for (const name of ["get_inputs", "get_seats"] as const) {
        const error = yield* Effect.flip(connection.request(name))
        assert.deepInclude(error, { reason: "Unsupported", request: name, path: "/run/i3.sock" })
      }
      assert.deepStrictEqual(fake.last().requests, [{ name: "get_version", payload: "" }])
    }),
  )
})

describe("its end", () => {
  it.scoped("closes the connection and fails what waits", () =>
    Effect.gen(function* () {
      const scope = yield* Scope.make()
      const { connection, fake } = yield* Effect.provideService(makeSetup(), Scope.Scope, scope)
      fake.onRequest(() => {})
      const waiting = yield* Effect.fork(Effect.flip(connection.send("get_tree")))
      yield* untilSeen(
        () => fake.last().requests.at(-1)?.name,
        name => name === "get_tree",
      )
      yield* Scope.close(scope, Exit.void)
      assert.deepInclude(yield* Fiber.join(waiting), { reason: "ConnectionLost" })
      assert.isFalse(fake.last().isOpen)
    }),
  )
})

describe("layerOnce", () => {
  const build = (first: Parameters<typeof makeFakeDiscovery>[0]) =>
    Effect.gen(function* () {
      const discovery = yield* makeFakeDiscovery(first)
      const fake = makeFakeSocket()
      fake.onRequest((wire, name) => wire.reply(name, name === "get_version" ? swayVersion : []))
      const once = SwayConnection.layerOnce().pipe(Layer.provide([discovery.layer, fake.layer]))
      const connection = Effect.map(Layer.build(once), Context.get(SwayConnection.SwayConnection))
      return { connection, fake, discovery }
    })

  it.scoped("is connected from the start, and does not connect again", () =>
    Effect.gen(function* () {
      const { connection, fake } = yield* build(liveAt("/run/a.sock"))
      const { state, request } = yield* connection
      assert.deepInclude(yield* SubscriptionRef.get(state), { _tag: "Connected", path: "/run/a.sock" })
      assert.deepStrictEqual(yield* request("get_marks"), [])
      fake.last().close()
      assert.deepInclude(yield* Effect.flip(request("get_marks")), { reason: "ConnectionLost" })
      yield* TestClock.adjust("1 minute")
      assert.strictEqual(fake.wires.length, 1)
    }),
  )

  it.scoped("fails where nothing is live", () =>
    Effect.gen(function* () {
      const { connection, discovery } = yield* build(noneAnswered)
      assert.deepInclude(yield* Effect.flip(connection), { _tag: "NoLiveSocket", reason: "NoneAnswered" })
      assert.strictEqual(discovery.searches.length, 1)
    }),
  )
})

describe("with the whole of discovery and a compositor", () => {
  const makeReal = (directory: string) =>
    Layer.build(
      SwayConnection.layer.pipe(
        Layer.provide(SocketDiscovery.layer),
        Layer.provide([SocketProbe.layer, SocketListeners.layer, SocketWatcher.layer, ProcessTable.layer]),
        Layer.provide(Workers.layer),
        Layer.provide([
          UnixSocket.layer,
          KernelSockets.layer,
          sourcesOf(noneNamed),
          Layer.succeed(RuntimeDir, { path: directory, uid: ownUid, controlSocketPath: `${directory}/ipc.sock` }),
        ]),
      ),
    ).pipe(Effect.map(Context.get(SwayConnection.SwayConnection)))

  it.scopedLive("a crash leaves a file behind and a new compositor comes on another path", () =>
    Effect.gen(function* () {
      const directory = yield* makeOwnDir
      const path = (pid: number) => `${directory}/sway-ipc.${ownUid}.${pid}.sock`
      const first = yield* makeCompositor({ socketPath: path(99_000_001) })
      const connection = yield* makeReal(directory)
      const state = SubscriptionRef.get(connection.state)
      yield* until(state, ({ _tag }) => _tag === "Connected")
      yield* connection.request("get_tree")
      yield* first.inject(Fault.Crash())
      yield* until(state, ({ _tag }) => _tag === "Reconnecting")
      assert.deepInclude(yield* Effect.flip(connection.request("get_tree")), { reason: "NotConnected" })
      const second = yield* makeCompositor({ socketPath: path(99_000_002) })
      const after = yield* until(state, ({ _tag }) => _tag === "Connected")
      assert.deepInclude(after, { path: second.socketPath, reconnections: 1 })
      yield* connection.request("get_tree")
      // One for discovery's proof, one kept.
      yield* until(second.connections, open => open === 1)
      yield* second.inject(Fault.Exit())
      yield* first.exited
      const gone = yield* until(state, ({ _tag }) => _tag !== "Connected")
      assert.strictEqual(gone.path, second.socketPath)
    }),
  )
})
