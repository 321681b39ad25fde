import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as LogLevel from "effect/LogLevel"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as SubscriptionRef from "effect/SubscriptionRef"
import * as TestClock from "effect/TestClock"
import * as HealthProbe from "../../../src/layers/health/HealthProbe.ts"
import type { ProbeOutcome } from "../../../src/layers/health/ProbeOutcome.ts"
import type { SocketHealth } from "../../../src/layers/health/SocketHealth.ts"
import { RequestError } from "../../../src/layers/ipc/IpcErrors.ts"
import { defaults, layerOf, Settings } from "../../../src/layers/settings/Settings.ts"
import { ConnectionState, NOT_YET } from "../../../src/layers/sway/ConnectionState.ts"
import { SwayConnection } from "../../../src/layers/sway/SwayConnection.ts"
import { type ProcessInfo, ProcessTable } from "../../../src/layers/system/ProcessTable.ts"
import * as Workers from "../../../src/layers/system/Workers.ts"
import { forkUntilAsleep, until, untilSeen } from "../../support/waiting.ts"
import { acceptsNoNew } from "../../support/wording.ts"
import { liveAt, makeFakeDiscovery } from "../support/fakeDiscovery.ts"
import { swayVersion } from "../support/fakeWire.ts"

const PATH = "/run/a.sock"

const connected = (since = 0, reconnections = 0, path = PATH) =>
  ConnectionState.Connected({ ...liveAt(path), since, reconnections })

const disconnected = ConnectionState.Disconnected({ lastError: "there is no socket", path: PATH, reconnections: 0 })

const reconnecting = ConnectionState.Reconnecting({
  attempt: 1,
  lastError: "the compositor closed the connection",
  path: PATH,
  reconnections: 0,
})

const versionReply = Buffer.from(JSON.stringify(swayVersion))

/** Whether health speaks of this state of the connection. */
const speaksOf = (next: ConnectionState) => (health: SocketHealth | undefined) =>
  health?.status === { Connected: "healthy", Reconnecting: "stale", Disconnected: "disconnected" }[next._tag] &&
  health.socket_path === next.path &&
  health.reconnection_count === next.reconnections &&
  (next._tag === "Connected" || health.error === next.lastError)

const settings = layerOf({
  socket: Option.none(),
  probeInterval: Duration.seconds(5),
  probeDeadline: Duration.millis(60),
  logLevel: LogLevel.Info,
})

/** HealthProbe on a connection whose state and replies the test sets. It answers at once until `hang` is called. */
const makeSetup = (initial: ConnectionState = connected(), settingsLayer = settings) =>
  Effect.gen(function* () {
    const state = yield* SubscriptionRef.make(initial)
    const discovery = yield* makeFakeDiscovery()
    const asked: Array<Deferred.Deferred<Buffer, RequestError>> = []
    const askedAt: Array<number> = []
    let answers = true
    let process: ProcessInfo | undefined
    const connection = Layer.mock(SwayConnection, {
      state,
      send: request =>
        Effect.gen(function* () {
          assert.strictEqual(request, "get_version")
          const reply = yield* Deferred.make<Buffer, RequestError>()
          asked.push(reply)
          askedAt.push(yield* Clock.currentTimeMillis)
          if (answers) yield* Deferred.succeed(reply, versionReply)
          return yield* Deferred.await(reply)
        }),
    })
    const processes = Layer.mock(ProcessTable, { find: () => Effect.sync(() => Option.fromNullable(process)) })
    const services = yield* Layer.build(
      HealthProbe.layer.pipe(
        Layer.provideMerge(Layer.mergeAll(settingsLayer, connection, discovery.layer, processes, Workers.layer)),
      ),
    )
    const probe = Context.get(services, HealthProbe.HealthProbe)
    const workers = Context.get(services, Workers.Workers)
    const seen: Array<SocketHealth> = []
    yield* Effect.forkScoped(Stream.runForEach(probe.changes, health => Effect.sync(() => seen.push(health))))
    const outcomes: Array<ProbeOutcome> = []
    yield* Effect.forkScoped(Stream.runForEach(probe.outcomes, each => Effect.sync(() => outcomes.push(each))))
    yield* untilSeen(
      () => seen.length,
      count => count === 1,
    )
    // A first outcome of its own shows that the outcomes are followed, and that the periodic probe has landed.
    if (initial._tag === "Connected") {
      yield* untilSeen(
        () => asked.length,
        count => count === 1,
      )
      yield* until(Effect.as(probe.check, undefined), () => outcomes.length > 0)
      asked.length = 0
      askedAt.length = 0
      outcomes.length = 0
    }
    return {
      probe,
      outcomes,
      workers,
      discovery,
      asked,
      askedAt,
      seen,
      statuses: () => seen.map(({ status }) => status),
      /** Sets the state, and waits for nothing. */
      set: (next: ConnectionState) => SubscriptionRef.set(state, next),
      become: (next: ConnectionState) =>
        Effect.zipRight(
          SubscriptionRef.set(state, next),
          untilSeen(() => seen.at(-1), speaksOf(next)),
        ),
      hang: () => {
        answers = false
      },
      stop: () => {
        process = { pid: 4242, name: "sway", state: "T", uid: 1000 }
      },
      reply: Effect.suspend(() => {
        answers = true
        return Effect.forEach(asked, reply => Deferred.succeed(reply, versionReply))
      }),
      fail: (error: RequestError) => Effect.forEach(asked, reply => Deferred.fail(reply, error)),
    }
  })

describe("before the first look has ended", () => {
  const notYet = ConnectionState.Disconnected({ lastError: NOT_YET, path: null, reconnections: 0 })

  it.scoped("a question waits for it", () =>
    Effect.gen(function* () {
      const setup = yield* makeSetup(notYet)
      const asking = yield* forkUntilAsleep(setup.probe.check)
      yield* TestClock.adjust("79 millis")
      assert.isTrue(Option.isNone(yield* Fiber.poll(asking)))
      yield* setup.become(connected())
      assert.strictEqual((yield* Fiber.join(asking)).status, "healthy")
    }),
  )

  it.scoped("a question is answered in time all the same", () =>
    Effect.gen(function* () {
      const setup = yield* makeSetup(notYet)
      const asking = yield* forkUntilAsleep(setup.probe.check)
      yield* TestClock.adjust("80 millis")
      assert.deepInclude(yield* Fiber.join(asking), { status: "disconnected", error: NOT_YET })
    }),
  )
})

/** A check whose reply does not come before its deadline. */
const checkToDeadline = (probe: HealthProbe.HealthProbe["Type"]) =>
  Effect.gen(function* () {
    const fiber = yield* forkUntilAsleep(probe.check)
    yield* TestClock.adjust("60 millis")
    return yield* Fiber.join(fiber)
  })

describe("a connection that answers", () => {
  it.scoped("is healthy, with every field of the contract", () =>
    Effect.gen(function* () {
      yield* TestClock.adjust("10 seconds")
      const { probe } = yield* makeSetup(connected(4000, 3))
      yield* TestClock.adjust("2 seconds")
      assert.deepStrictEqual(yield* probe.check, {
        status: "healthy",
        socket_path: PATH,
        last_validated: "1970-01-01T00:00:12.000Z",
        latency_ms: 0,
        reconnection_count: 3,
        uptime_seconds: 8,
        error: null,
        reconnecting: false,
        compositor: { name: "sway", version: "1.7", pid: 4242 },
        source: "daemon",
        warning: null,
      })
    }),
  )

  it.scoped("is probed each interval, and not more often", () =>
    Effect.gen(function* () {
      const { askedAt } = yield* makeSetup()
      for (const expected of [[5000], [5000, 10_000], [5000, 10_000, 15_000]]) {
        yield* TestClock.adjust("5 seconds")
        yield* untilSeen(
          () => askedAt.length,
          count => count >= expected.length,
        )
        assert.deepStrictEqual(askedAt, expected)
      }
    }),
  )

  it.scoped("is probed at once when the settings have another interval, and from then on at that one alone", () =>
    Effect.gen(function* () {
      const values = { ...(yield* defaults), probeInterval: Duration.seconds(5), probeDeadline: Duration.millis(60) }
      const reference = yield* SubscriptionRef.make(values)
      const changing = Layer.succeed(Settings, {
        current: SubscriptionRef.get(reference),
        changes: reference.changes,
        reload: Effect.never,
        refusals: Stream.never,
      })
      const { askedAt } = yield* makeSetup(connected(), changing)
      yield* SubscriptionRef.set(reference, { ...values, probeInterval: Duration.minutes(1) })
      yield* untilSeen(
        () => askedAt.length,
        count => count > 0,
      )
      assert.deepStrictEqual(askedAt, [0])
      yield* TestClock.adjust("59 seconds")
      assert.deepStrictEqual(askedAt, [0])
    }),
  )

  it.scoped("is probed when the directory changes", () =>
    Effect.gen(function* () {
      const { asked, discovery } = yield* makeSetup()
      yield* discovery.change
      yield* untilSeen(
        () => asked.length,
        count => count > 0,
      )
      assert.strictEqual(asked.length, 1)
    }),
  )

  it.scoped("has its round trip measured", () =>
    Effect.gen(function* () {
      const { probe, hang, reply } = yield* makeSetup()
      hang()
      const checking = yield* forkUntilAsleep(probe.check)
      yield* TestClock.adjust("25 millis")
      yield* reply
      assert.deepInclude(yield* Fiber.join(checking), { status: "healthy", latency_ms: 25 })
    }),
  )
})

describe("a connection that does not answer", () => {
  it.scoped("gets one probe, however many ask", () =>
    Effect.gen(function* () {
      const { probe, asked, hang, reply } = yield* makeSetup()
      hang()
      const many = yield* forkUntilAsleep(
        Effect.all(
          Array.from({ length: 100 }, () => probe.check),
          { concurrency: "unbounded" },
        ),
      )
      assert.strictEqual(asked.length, 1)
      yield* reply
      assert.deepStrictEqual(new Set((yield* Fiber.join(many)).map(({ status }) => status)), new Set(["healthy"]))
      assert.strictEqual(asked.length, 1)
    }),
  )

  it.scoped("is stale at the deadline, not before, with who is silent and since when", () =>
    Effect.gen(function* () {
      const { probe, hang } = yield* makeSetup()
      hang()
      const checking = yield* forkUntilAsleep(probe.check)
      yield* TestClock.adjust("59 millis")
      assert.strictEqual((yield* Fiber.poll(checking))._tag, "None")
      yield* TestClock.adjust("1 millis")
      const health = yield* Fiber.join(checking)
      assert.deepInclude(health, { status: "stale", socket_path: PATH, reconnecting: false, latency_ms: 0 })
      for (const fact of ["sway (pid 4242)", "GET_VERSION", "1970-01-01T00:00:00.000Z"]) {
        assert.include(health.error ?? "", fact)
      }
      assert.notInclude(health.error ?? "", "SIGSTOP")
    }),
  )

  it.scoped("is reported as stopped where the kernel says so", () =>
    Effect.gen(function* () {
      const { probe, hang, stop } = yield* makeSetup()
      hang()
      stop()
      assert.include((yield* checkToDeadline(probe)).error ?? "", "is stopped (SIGSTOP)")
    }),
  )

  it.scoped("is found out by the periodic probe alone", () =>
    Effect.gen(function* () {
      const { asked, hang, statuses } = yield* makeSetup()
      hang()
      yield* TestClock.adjust("5 seconds")
      yield* untilSeen(
        () => asked.length,
        count => count === 1,
      )
      yield* TestClock.adjust("60 millis")
      yield* untilSeen(statuses, all => all.length > 1)
      assert.deepStrictEqual(statuses(), ["healthy", "stale"])
    }),
  )

  it.scoped("is not waited for once it is overdue, and not asked again", () =>
    Effect.gen(function* () {
      const { probe, asked, hang } = yield* makeSetup()
      hang()
      yield* checkToDeadline(probe)
      const count = asked.length
      for (const _ of [1, 2, 3]) assert.deepInclude(yield* probe.check, { status: "stale" })
      yield* TestClock.adjust("1 minute")
      assert.strictEqual(asked.length, count)
    }),
  )

  it.scoped("gives those who join only what is left of the deadline", () =>
    Effect.gen(function* () {
      const { probe, hang } = yield* makeSetup()
      hang()
      yield* forkUntilAsleep(probe.check)
      yield* TestClock.adjust("40 millis")
      // The deadline is one timer, which is there already.
      const joined = yield* Effect.fork(probe.check)
      yield* TestClock.adjust("19 millis")
      assert.strictEqual((yield* Fiber.poll(joined))._tag, "None")
      yield* TestClock.adjust("1 millis")
      assert.deepInclude(yield* Fiber.join(joined), { status: "stale" })
    }),
  )

  it.scoped("is healthy again with its late reply, and that is no reconnection", () =>
    Effect.gen(function* () {
      const { probe, seen, statuses, hang, reply } = yield* makeSetup()
      hang()
      yield* checkToDeadline(probe)
      yield* TestClock.adjust("1 second")
      yield* reply
      yield* untilSeen(statuses, all => all.length > 2)
      assert.deepStrictEqual(statuses(), ["healthy", "stale", "healthy"])
      assert.deepInclude(seen.at(-1), {
        reconnection_count: 0,
        error: null,
        latency_ms: 1060,
        last_validated: "1970-01-01T00:00:01.060Z",
      })
    }),
  )

  it.scoped("keeps the last proof", () =>
    Effect.gen(function* () {
      const { probe, hang } = yield* makeSetup()
      yield* TestClock.adjust("7 seconds")
      hang()
      const { last_validated, compositor } = yield* checkToDeadline(probe)
      assert.strictEqual(last_validated, "1970-01-01T00:00:05.000Z")
      assert.deepInclude(compositor, { name: "sway" })
    }),
  )

  it.scoped("is stale with the reason when the request fails", () =>
    Effect.gen(function* () {
      const { probe, hang, fail } = yield* makeSetup()
      hang()
      const checking = yield* forkUntilAsleep(probe.check)
      yield* fail(
        new RequestError({ reason: "Busy", request: "get_version", path: PATH, message: "4096 requests wait" }),
      )
      assert.deepInclude(yield* Fiber.join(checking), { status: "stale", error: "4096 requests wait" })
    }),
  )
})

describe("a socket that was deleted while its compositor runs", () => {
  it.scoped("is stale although a reply came, and healthy once it is back", () =>
    Effect.gen(function* () {
      const { probe, discovery } = yield* makeSetup()
      discovery.putInPlace(false)
      const health = yield* probe.check
      assert.strictEqual(health.status, "stale")
      for (const fact of [PATH, "deleted or replaced"]) assert.include(health.error ?? "", fact)
      discovery.putInPlace(true)
      assert.deepInclude(yield* probe.check, { status: "healthy", error: null })
    }),
  )
})

describe("the connection's states", () => {
  it.scoped("map to health: nothing there, there, lost, gone, there again", () =>
    Effect.gen(function* () {
      const { probe, become, statuses } = yield* makeSetup(disconnected)
      assert.deepInclude(yield* probe.check, {
        status: "disconnected",
        socket_path: PATH,
        error: "there is no socket",
        uptime_seconds: 0,
        last_validated: null,
        latency_ms: null,
        compositor: null,
        reconnecting: false,
      })
      yield* become(connected())
      yield* become(reconnecting)
      assert.deepInclude(yield* probe.check, {
        status: "stale",
        error: "the compositor closed the connection",
        reconnecting: true,
        uptime_seconds: 0,
        compositor: null,
      })
      yield* become(disconnected)
      assert.deepInclude(yield* probe.check, { status: "disconnected", reconnecting: false })
      yield* become(connected(0, 1, "/run/b.sock"))
      assert.deepInclude(yield* probe.check, { status: "healthy", socket_path: "/run/b.sock", reconnection_count: 1 })
      assert.deepStrictEqual(statuses(), ["disconnected", "healthy", "stale", "disconnected", "healthy"])
    }),
  )

  it.scoped("a socket that goes at once with its compositor makes it disconnected, by way of stale", () =>
    Effect.gen(function* () {
      const { probe, become, seen, statuses } = yield* makeSetup()
      yield* become(disconnected)
      assert.deepStrictEqual(statuses(), ["healthy", "stale", "disconnected"])
      assert.deepInclude(seen.at(-1), { status: "disconnected", error: "there is no socket" })
      assert.deepInclude(yield* probe.check, { status: "disconnected" })
    }),
  )

  it.scoped("a socket that goes and is replaced at once makes it disconnected in between, too", () =>
    Effect.gen(function* () {
      const { become, set, statuses } = yield* makeSetup()
      yield* set(disconnected)
      yield* become(connected(0, 1))
      assert.deepStrictEqual(statuses(), ["healthy", "stale", "disconnected", "healthy"])
    }),
  )

  it.scoped("a socket that appears and does not answer makes it stale", () =>
    Effect.gen(function* () {
      const { become, statuses, asked } = yield* makeSetup(disconnected)
      yield* become(reconnecting)
      assert.deepStrictEqual(statuses(), ["disconnected", "stale"])
      yield* TestClock.adjust("1 minute")
      // Without a connection no probe is sent.
      assert.strictEqual(asked.length, 0)
    }),
  )

  it.scoped("the end of the connection ends the probe in flight, and the next one is sent on the new connection", () =>
    Effect.gen(function* () {
      const { probe, become, hang, fail, asked, outcomes, reply } = yield* makeSetup()
      hang()
      yield* checkToDeadline(probe)
      yield* become(reconnecting)
      yield* fail(new RequestError({ reason: "ConnectionLost", request: "get_version", path: PATH, message: "closed" }))
      yield* untilSeen(
        () => outcomes.length,
        count => count === 2,
      )
      yield* become(connected(0, 1))
      const count = asked.length
      yield* reply
      assert.deepInclude(yield* probe.check, { status: "healthy", reconnection_count: 1 })
      assert.strictEqual(asked.length, count + 1)
    }),
  )
})

describe("changes", () => {
  it.scoped("begin with the present state and give only what matters to a person", () =>
    Effect.gen(function* () {
      const { probe, seen, statuses, become } = yield* makeSetup()
      yield* TestClock.adjust("1 minute")
      yield* probe.check
      assert.deepStrictEqual(statuses(), ["healthy"])
      const [late] = yield* Stream.runCollect(Stream.take(probe.changes, 1))
      assert.deepInclude(late, { status: "healthy", uptime_seconds: 60 })
      yield* become(connected(0, 1))
      assert.deepStrictEqual(
        seen.map(({ reconnection_count }) => reconnection_count),
        [0, 1],
      )
    }),
  )

  it.scoped("tell each new reason of the same status", () =>
    Effect.gen(function* () {
      const { seen, become } = yield* makeSetup(reconnecting)
      yield* become(ConnectionState.Reconnecting({ ...reconnecting, lastError: "nobody listens" }))
      yield* become(ConnectionState.Reconnecting({ ...reconnecting, attempt: 3, lastError: "nobody listens" }))
      yield* become(ConnectionState.Reconnecting({ ...reconnecting, attempt: 4, lastError: "nobody answers" }))
      assert.deepStrictEqual(
        seen.map(({ error }) => error),
        ["the compositor closed the connection", "nobody listens", "nobody answers"],
      )
    }),
  )
})

describe("outcomes", () => {
  const lost = new RequestError({ reason: "ConnectionLost", request: "get_version", path: PATH, message: "closed" })

  it.scoped("tell each answer with its round trip", () =>
    Effect.gen(function* () {
      const { outcomes, probe } = yield* makeSetup()
      for (const expected of [1, 2]) {
        yield* probe.check
        yield* untilSeen(
          () => outcomes.length,
          count => count >= expected,
        )
        assert.strictEqual(outcomes.length, expected)
        assert.deepInclude(outcomes.at(-1), { ok: true, late: false })
        assert.isNumber(outcomes.at(-1)?.latencyMs)
      }
    }),
  )

  it.scoped("tell once of an overdue probe, however many ask, and of its late reply", () =>
    Effect.gen(function* () {
      const { hang, outcomes, probe, reply } = yield* makeSetup()
      hang()
      yield* checkToDeadline(probe)
      yield* probe.check
      yield* probe.check
      yield* untilSeen(
        () => outcomes.length,
        count => count > 0,
      )
      yield* reply
      yield* untilSeen(
        () => outcomes.length,
        count => count > 1,
      )
      assert.deepStrictEqual(outcomes[0], { ok: false, late: false, latencyMs: undefined })
      assert.deepInclude(outcomes[1], { ok: true, late: true })
      assert.isAtLeast(outcomes[1]?.latencyMs ?? 0, 60)
    }),
  )

  it.scoped("tell of a request that fails, and of a socket that was deleted while its compositor answers", () =>
    Effect.gen(function* () {
      const { discovery, fail, hang, outcomes, probe, reply } = yield* makeSetup()
      hang()
      yield* forkUntilAsleep(probe.check)
      yield* fail(lost)
      yield* untilSeen(
        () => outcomes.length,
        count => count > 0,
      )
      assert.deepStrictEqual(outcomes, [{ ok: false, late: false, latencyMs: undefined }])
      yield* reply
      discovery.putInPlace(false)
      yield* probe.check
      yield* untilSeen(
        () => outcomes.length,
        count => count > 1,
      )
      assert.deepInclude(outcomes.at(-1), { ok: false, late: false })
      assert.isNumber(outcomes.at(-1)?.latencyMs)
    }),
  )
})

describe("its workers", () => {
  it.scoped("survive hangs, losses and late replies", () =>
    Effect.gen(function* () {
      const { workers, probe, hang, become, reply } = yield* makeSetup()
      const death = yield* Effect.fork(Effect.flip(workers.death))
      hang()
      yield* checkToDeadline(probe)
      yield* become(disconnected)
      yield* reply
      yield* TestClock.adjust("1 minute")
      assert.strictEqual((yield* Fiber.poll(death))._tag, "None")
    }),
  )
})

describe("a compositor that accepts no new connection", () => {
  it.scoped("is healthy with a warning, until it accepts again", () =>
    Effect.gen(function* () {
      const { discovery, probe, seen } = yield* makeSetup()
      discovery.putWaiting(3)
      yield* TestClock.adjust("5 seconds")
      assert.isNull((yield* probe.check).warning, "one that is busy is not accused")
      yield* TestClock.adjust("12 seconds")
      const { status, warning } = yield* probe.check
      assert.strictEqual(status, "healthy")
      assert.match(warning ?? "", new RegExp(`^sway \\(pid 4242\\) .* ${acceptsNoNew} 1970-01-01T00:00:0\\S+: 3 wait`))
      discovery.putWaiting(0)
      yield* TestClock.adjust("6 seconds")
      assert.isNull((yield* probe.check).warning)
      assert.deepStrictEqual(
        seen.map(each => each.warning !== null),
        [false, true, false],
      )
    }),
  )
})
