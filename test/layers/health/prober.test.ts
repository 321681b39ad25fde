import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as SubscriptionRef from "effect/SubscriptionRef"
import * as TestClock from "effect/TestClock"
import type { ProbeOutcome } from "../../../src/layers/health/ProbeOutcome.ts"
import { makeProber, type ProberOptions } from "../../../src/layers/health/prober.ts"
import type { Snapshot } from "../../../src/layers/health/Snapshot.ts"
import { RequestError } from "../../../src/layers/ipc/IpcErrors.ts"
import { untilSeen } from "../../support/waiting.ts"
import { liveAt } from "../support/fakeDiscovery.ts"
import { swayVersion } from "../support/fakeWire.ts"

const PATH = "/run/a.sock"
const deadline = Duration.millis(60)
const connected = { ...liveAt(PATH), _tag: "Connected" as const, since: 0, reconnections: 0 }
const versionReply = Buffer.from(JSON.stringify(swayVersion))

/** A prober on a compositor that replies when `reply` is completed. */
const makeSetup = (options: Partial<ProberOptions> = {}) =>
  Effect.gen(function* () {
    const state = yield* SubscriptionRef.make<Snapshot>({
      status: "disconnected",
      error: "not probed",
      proof: undefined,
      connection: connected,
      warning: null,
      settingsRefused: null,
    })
    const reply = yield* Deferred.make<Buffer>()
    const sent: Array<string> = []
    const outcomes: Array<ProbeOutcome> = []
    const probe = yield* makeProber({
      send: request => {
        sent.push(request)
        return Deferred.await(reply)
      },
      isInPlace: () => Effect.succeed(true),
      findProcess: () => Effect.succeed(Option.none()),
      state,
      report: outcome => Effect.sync(() => outcomes.push(outcome)),
      ...options,
    })
    return { outcomes, probe, reply: Deferred.succeed(reply, versionReply), sent, state }
  })

/** A probe that nothing answers, from its start to its deadline. */
const runToDeadline = (probing: Effect.Effect<void>) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.fork(probing)
    yield* TestClock.adjust(deadline)
    yield* Fiber.join(fiber)
  })

describe("the prober", () => {
  it.scoped("sends one request for all callers, and all of them get its reply", () =>
    Effect.gen(function* () {
      const { outcomes, probe, reply, sent, state } = yield* makeSetup()
      const callers = yield* Effect.fork(
        Effect.all([probe(connected, deadline), probe(connected, deadline)], { concurrency: "unbounded" }),
      )
      yield* TestClock.adjust("10 millis")
      yield* reply
      yield* Fiber.join(callers)
      assert.deepStrictEqual(sent, ["get_version"])
      assert.deepStrictEqual(outcomes, [{ ok: true, late: false, latencyMs: 10 }])
      assert.deepInclude(yield* SubscriptionRef.get(state), { status: "healthy", error: null })
    }),
  )

  it.scoped("reports an overdue probe once, and its late reply as late", () =>
    Effect.gen(function* () {
      const { outcomes, probe, reply, sent, state } = yield* makeSetup()
      yield* SubscriptionRef.update(state, (record): Snapshot => ({ ...record, status: "healthy", error: null }))
      yield* runToDeadline(probe(connected, deadline))
      yield* probe(connected, deadline)
      assert.deepStrictEqual(sent, ["get_version"])
      assert.deepStrictEqual(outcomes, [{ ok: false, late: false, latencyMs: undefined }])
      const record = yield* SubscriptionRef.get(state)
      assert.strictEqual(record.status, "stale")
      assert.strictEqual(record.error, "sway (pid 4242) has not answered GET_VERSION since 1970-01-01T00:00:00.000Z")
      const joined = yield* Effect.fork(probe(connected, Duration.seconds(9)))
      yield* reply
      yield* Fiber.join(joined)
      assert.deepStrictEqual(outcomes[1], { ok: true, late: true, latencyMs: 60 })
      assert.strictEqual((yield* SubscriptionRef.get(state)).status, "healthy")
    }),
  )

  it.scoped("takes a reply for in time that has arrived at the deadline, and is read one turn later", () =>
    Effect.gen(function* () {
      const { outcomes, probe, reply, state } = yield* makeSetup()
      let endWait: (() => void) | undefined
      const sleep = () =>
        Effect.async<void>(resume => {
          endWait = () => resume(Effect.void)
        })
      const probing = yield* Effect.fork(
        Effect.withClock(probe(connected, deadline), Object.assign(Clock.make(), { sleep })),
      )
      const reachDeadline = yield* untilSeen(
        () => endWait,
        each => each !== undefined,
      )
      reachDeadline?.()
      setImmediate(() => Effect.runSync(reply))
      yield* Fiber.join(probing)
      assert.deepStrictEqual(
        outcomes.map(({ late, ok }) => ({ late, ok })),
        [{ late: false, ok: true }],
      )
      assert.deepInclude(yield* SubscriptionRef.get(state), { status: "healthy", error: null })
    }),
  )

  it.scoped("stays healthy by a reply that comes while the process of the silent one is looked up", () =>
    Effect.gen(function* () {
      let lookingUp = Effect.void
      const findProcess = () =>
        Effect.as(
          Effect.suspend(() => lookingUp),
          Option.none(),
        )
      const { outcomes, probe, reply, state } = yield* makeSetup({ findProcess })
      const late = untilSeen(
        () => outcomes.at(-1),
        outcome => outcome?.late === true,
      )
      lookingUp = Effect.asVoid(Effect.zipRight(reply, late))
      yield* runToDeadline(probe(connected, deadline))
      assert.deepInclude(yield* SubscriptionRef.get(state), { status: "healthy", error: null })
    }),
  )

  it.scoped("says that the compositor is stopped where the kernel says so", () =>
    Effect.gen(function* () {
      const process = { pid: 4242, name: "sway", state: "T", uid: 1000 }
      const { probe, state } = yield* makeSetup({ findProcess: () => Effect.succeed(Option.some(process)) })
      yield* SubscriptionRef.update(state, (record): Snapshot => ({ ...record, status: "healthy", error: null }))
      yield* runToDeadline(probe(connected, deadline))
      const { error } = yield* SubscriptionRef.get(state)
      assert.include(error ?? "", "sway (pid 4242) is stopped (SIGSTOP) and has not answered")
    }),
  )

  it.scoped("changes nothing when there is a new connection meanwhile", () =>
    Effect.gen(function* () {
      const { probe, reply, state } = yield* makeSetup()
      const caller = yield* Effect.fork(probe(connected, deadline))
      yield* TestClock.adjust("10 millis")
      const next = { ...connected, reconnections: 1 }
      yield* SubscriptionRef.update(state, record => ({ ...record, connection: next }))
      yield* reply
      yield* Fiber.join(caller)
      assert.deepInclude(yield* SubscriptionRef.get(state), { status: "disconnected", connection: next })
    }),
  )

  it.scoped("passes a defect to everyone who waits, and probes again afterwards", () =>
    Effect.gen(function* () {
      const { probe, reply, sent } = yield* makeSetup({ isInPlace: () => Effect.die("bug") })
      yield* reply
      for (const _ of [1, 2]) assert.isTrue(Exit.isFailure(yield* Effect.exit(probe(connected, deadline))))
      assert.strictEqual(sent.length, 2)
    }),
  )

  it.scoped("makes it stale with the reason when the request fails, and says so once", () =>
    Effect.gen(function* () {
      const error = new RequestError({ reason: "Busy", request: "get_version", path: PATH, message: "4096 wait" })
      const { outcomes, probe, state } = yield* makeSetup({ send: () => Effect.fail(error) })
      yield* SubscriptionRef.update(state, (record): Snapshot => ({ ...record, status: "healthy", error: null }))
      yield* probe(connected, deadline)
      assert.deepInclude(yield* SubscriptionRef.get(state), { status: "stale", error: "4096 wait" })
      assert.deepStrictEqual(outcomes, [{ ok: false, late: false, latencyMs: undefined }])
    }),
  )

  it.scoped("makes it stale when the socket is not in place, and keeps the proof of the reply", () =>
    Effect.gen(function* () {
      const { outcomes, probe, reply, state } = yield* makeSetup({ isInPlace: () => Effect.succeed(false) })
      yield* SubscriptionRef.update(state, (record): Snapshot => ({ ...record, status: "healthy", error: null }))
      yield* reply
      yield* probe(connected, deadline)
      const record = yield* SubscriptionRef.get(state)
      assert.strictEqual(record.status, "stale")
      assert.include(record.error ?? "", `${PATH} was deleted or replaced`)
      assert.deepInclude(record.proof, { version: swayVersion })
      assert.deepStrictEqual(outcomes, [{ ok: false, late: false, latencyMs: 0 }])
    }),
  )

  it.scoped("names a silent compositor without a pid where there is none, and looks no process up", () =>
    Effect.gen(function* () {
      const findProcess = () => Effect.die("nothing to look up")
      const { probe, state } = yield* makeSetup({ findProcess })
      const unknown = { ...connected, pid: null }
      yield* SubscriptionRef.update(
        state,
        (record): Snapshot => ({ ...record, status: "healthy", connection: unknown }),
      )
      yield* runToDeadline(probe(unknown, deadline))
      assert.match((yield* SubscriptionRef.get(state)).error ?? "", /^sway has not answered GET_VERSION since 1970/)
    }),
  )

  it.scoped("waits until the deadline, counted from when it was sent, however old the clock is", () =>
    Effect.gen(function* () {
      yield* TestClock.adjust("1 minute")
      const { outcomes, probe } = yield* makeSetup()
      const probing = yield* Effect.fork(probe(connected, deadline))
      yield* TestClock.adjust("59 millis")
      assert.deepStrictEqual(outcomes, [])
      yield* TestClock.adjust("1 millis")
      yield* Fiber.join(probing)
      assert.lengthOf(outcomes, 1)
    }),
  )
})
