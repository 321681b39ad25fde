/** Measures the health of the shared connection: by each probe's reply, and by what becomes of the connection itself. */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as PubSub from "effect/PubSub"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import * as SubscriptionRef from "effect/SubscriptionRef"
import { Settings } from "../settings/Settings.ts"
import { SocketDiscovery } from "../sockets/SocketDiscovery.ts"
import { askVersion } from "../sockets/SocketProbe.ts"
import { type Connected, isBeforeFirstLook, isSameConnection } from "../sway/ConnectionState.ts"
import { SwayConnection } from "../sway/SwayConnection.ts"
import { descriptorsOf } from "../system/descriptors.ts"
import { flushPendingReads } from "../system/eventLoop.ts"
import { monotonic } from "../system/monotonic.ts"
import { haltOf, ProcessTable } from "../system/ProcessTable.ts"
import { Workers } from "../system/Workers.ts"
import { makeAcceptance } from "./acceptance.ts"
import type { ProbeOutcome } from "./ProbeOutcome.ts"
import { apply, onConnection, type Snapshot, toHealth } from "./Snapshot.ts"
import { compositorOf, differs, type SocketHealth } from "./SocketHealth.ts"

export class HealthProbe extends Context.Tag("i3pm/HealthProbe")<
  HealthProbe,
  {
    /**
     * Probes now and answers within the probe deadline, whatever the compositor does: a call joins the probe under way,
     * and one that is overdue already is not waited for.
     */
    readonly check: Effect.Effect<SocketHealth>
    /** The present state, then one value for each change a person would want to be told of. */
    readonly changes: Stream.Stream<SocketHealth>
    /** The present state, then one value for each change and each reply that came: for who follows the latency. */
    readonly proofs: Stream.Stream<SocketHealth>
    /** What becomes of each probe of the kept connection from now on. Who is {@link OUTCOMES} behind loses the oldest. */
    readonly outcomes: Stream.Stream<ProbeOutcome>
  }
>() {}

/** Outcomes that wait for a listener; a probe takes a turn of the event loop, and so does listening. */
const OUTCOMES = 256

/** A GET_VERSION on the wire whose reply has not come yet. There is never more than one. */
interface Flight {
  readonly landed: Deferred.Deferred<void>
  /** For people: milliseconds since the epoch. */
  readonly startedAt: number
  /** For measuring: milliseconds of a monotonic clock. */
  readonly begunAt: number
  /** Told of as failed, because it is overdue. */
  overdue: boolean
}

/** How long a question waits for the first look at the sockets: an answer is due in 100 ms. */
const firstLookDeadline = Duration.millis(80)

/** Between two looks whether new connections are accepted: each is a reading of the kernel's list. */
const acceptanceInterval = Duration.seconds(5)

export const make = Effect.gen(function* () {
  const settings = yield* Settings
  const connection = yield* SwayConnection
  const discovery = yield* SocketDiscovery
  const processes = yield* ProcessTable
  const workers = yield* Workers
  const scope = yield* Effect.scope
  const initial = yield* SubscriptionRef.get(connection.state)
  const state = yield* SubscriptionRef.make<Snapshot>(
    onConnection(
      { status: "disconnected", error: null, proof: undefined, connection: initial, warning: null },
      initial,
    ),
  )
  const outcomes = yield* PubSub.sliding<ProbeOutcome>(OUTCOMES)
  let flight: Flight | undefined
  let hasLooked = false

  const tell = (ok: boolean, { overdue }: Flight, latencyMs?: number) =>
    PubSub.publish(outcomes, { ok, late: overdue, latencyMs })

  const update = (change: (record: Snapshot) => Snapshot) => SubscriptionRef.update(state, change)

  /** A probe speaks of the connection it went out on, and says nothing of the one that came after. */
  const updateFor = (connected: Connected, change: (record: Snapshot) => Snapshot) =>
    update(record => (isSameConnection(record.connection, connected) ? change(record) : record))

  const health = Effect.zipWith(SubscriptionRef.get(state), Clock.currentTimeMillis, toHealth)

  /** Sends the probe and stays with it until its reply comes or the connection ends, however long that takes. */
  const fly = (connected: Connected, self: Flight) =>
    Effect.gen(function* () {
      const { path } = connected
      const answer = yield* Effect.either(askVersion({ path, send: connection.send }, Duration.infinity))
      if (Either.isLeft(answer)) {
        yield* tell(false, self)
        return yield* updateFor(connected, record => apply(record, "ProbeFailed", answer.left.message))
      }
      const proof = answer.right
      const inPlace = yield* discovery.isInPlace(connected)
      yield* tell(inPlace, self, proof.latencyMs)
      yield* updateFor(connected, record =>
        inPlace
          ? apply(record, "ReplyArrived", "", { proof })
          : apply(
              record,
              "ProbeFailed",
              `${connected.path} was deleted or replaced while its compositor runs: new clients can not connect`,
              { proof },
            ),
      )
    })

  const takeOff = (connected: Connected) =>
    Effect.gen(function* () {
      const started: Flight = {
        landed: yield* Deferred.make<void>(),
        startedAt: yield* Clock.currentTimeMillis,
        begunAt: yield* monotonic,
        overdue: false,
      }
      flight = started
      yield* Effect.interruptible(fly(connected, started)).pipe(
        // A defect reaches those who wait, the periodic probe among them, and so does not go unseen.
        Effect.onExit(exit => {
          flight = undefined
          return Deferred.done(started.landed, exit)
        }),
        Effect.forkIn(scope),
      )
      return started
    }).pipe(Effect.uninterruptible)

  const overdue = (connected: Connected, late: Flight) =>
    Effect.gen(function* () {
      if (flight === late && !late.overdue) {
        const told = tell(false, late)
        late.overdue = true
        yield* told
      }
      const { name, pid } = compositorOf(connected)
      const process = pid === null ? Option.none() : yield* processes.find(pid)
      const who = pid === null ? name : `${name} (pid ${pid})`
      const halt = Option.getOrUndefined(Option.map(process, haltOf))
      const how = halt === undefined ? "" : ` ${halt} and`
      const since = new Date(late.startedAt).toISOString()
      yield* updateFor(connected, record =>
        // The reply may have come in the same instant: then there is nothing left to be late.
        flight === late
          ? apply(record, "ProbeFailed", `${who}${how} has not answered GET_VERSION since ${since}`)
          : record,
      )
    })

  /** A reply that lies there unread, since this process was too busy to look, is in time. */
  const unlessArrived = (connected: Connected, late: Flight) =>
    Effect.gen(function* () {
      yield* flushPendingReads
      if (!(yield* Deferred.isDone(late.landed))) yield* overdue(connected, late)
    })

  /** Before the first look at the sockets has ended, nothing is known: who asks then waits for it, though not for long. */
  const firstLook = Effect.suspend(() =>
    hasLooked
      ? Effect.void
      : state.changes.pipe(
          Stream.filter(({ connection }) => !isBeforeFirstLook(connection)),
          Stream.runHead,
          Effect.zipRight(
            Effect.sync(() => {
              hasLooked = true
            }),
          ),
          Effect.timeout(firstLookDeadline),
          Effect.ignore,
        ),
  )

  const check = Effect.gen(function* () {
    const { probeDeadline } = yield* settings.current
    yield* firstLook
    const current = yield* SubscriptionRef.get(connection.state)
    if (current._tag === "Connected") {
      const joined = flight ?? (yield* takeOff(current))
      const waited = (yield* monotonic) - joined.begunAt
      yield* Deferred.await(joined.landed).pipe(
        Effect.timeoutTo({
          duration: Math.max(0, Duration.toMillis(probeDeadline) - waited),
          onSuccess: () => Effect.void,
          onTimeout: () => unlessArrived(current, joined),
        }),
        Effect.flatten,
      )
    }
    return yield* health
  })

  yield* workers.start(
    "health: connection",
    Effect.zipRight(
      Stream.runForEach(connection.state.changes, current =>
        update(record => onConnection(record, current)).pipe(
          Effect.zipRight(update(record => onConnection(record, current))),
        ),
      ),
      Effect.never,
    ),
  )
  yield* workers.start(
    "health: periodic probe",
    settings.changes.pipe(
      Stream.map(({ probeInterval }) => probeInterval),
      Stream.changesWith(Duration.equals),
      Stream.flatMap(interval => Stream.repeatEffectWithSchedule(check, Schedule.spaced(interval)), { switch: true }),
      Stream.runDrain,
    ),
  )
  const acceptance = makeAcceptance({ waitingAt: discovery.waitingAt, descriptorsOf })
  const lookForWarning = Effect.flatMap(SubscriptionRef.get(state), record => {
    const connected = record.connection
    return connected._tag === "Connected" && record.status === "healthy"
      ? Effect.flatMap(acceptance(connected), warning => updateFor(connected, current => ({ ...current, warning })))
      : Effect.void
  })
  yield* workers.start("health: acceptance", Effect.repeat(lookForWarning, Schedule.spaced(acceptanceInterval)))
  yield* workers.start(
    "health: directory",
    Effect.zipRight(
      Stream.runForEach(discovery.changes, () => check),
      Effect.never,
    ),
  )

  /** Compared once for all who follow it: with hundreds of watchers each reply would cost as many comparisons. */
  const published = yield* SubscriptionRef.make(yield* SubscriptionRef.get(state))
  const proven = yield* SubscriptionRef.make(yield* SubscriptionRef.get(state))
  const publish = (next: Snapshot) =>
    Effect.gen(function* () {
      const last = yield* SubscriptionRef.get(published)
      const isNews = differs(toHealth(next, 0), toHealth(last, 0))
      if (isNews) yield* SubscriptionRef.set(published, next)
      if (isNews || next.proof !== (yield* SubscriptionRef.get(proven)).proof) yield* SubscriptionRef.set(proven, next)
    })
  yield* workers.start("health: publisher", Effect.zipRight(Stream.runForEach(state.changes, publish), Effect.never))

  /** What is known now, then what is published. */
  const follow = (records: Stream.Stream<Snapshot>) =>
    records.pipe(
      Stream.zipWithIndex,
      Stream.mapEffect(([record, index]) =>
        index === 0 ? health : Effect.map(Clock.currentTimeMillis, now => toHealth(record, now)),
      ),
    )

  return HealthProbe.of({
    check,
    changes: Stream.changesWith(follow(published.changes), (a, b) => !differs(a, b)),
    proofs: follow(proven.changes),
    outcomes: Stream.fromPubSub(outcomes),
  })
})

export const layer: Layer.Layer<
  HealthProbe,
  never,
  Settings | SwayConnection | SocketDiscovery | ProcessTable | Workers
> = Layer.scoped(HealthProbe, make)
