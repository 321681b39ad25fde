/** The health of the kept connection, measured by probes (GET_VERSION requests) and by the state of the connection. */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as PubSub from "effect/PubSub"
import * as Stream from "effect/Stream"
import * as SubscriptionRef from "effect/SubscriptionRef"
import { Settings } from "../settings/Settings.ts"
import { SocketDiscovery } from "../sockets/SocketDiscovery.ts"
import { SwayConnection } from "../sway/SwayConnection.ts"
import { descriptorsOf } from "../system/descriptors.ts"
import { every } from "../system/every.ts"
import { ProcessTable } from "../system/ProcessTable.ts"
import { Workers } from "../system/Workers.ts"
import { watchAcceptance } from "./acceptance.ts"
import { makeFirstAttempt } from "./firstAttempt.ts"
import type { ProbeOutcome } from "./ProbeOutcome.ts"
import { makeProber } from "./prober.ts"
import { makePublisher } from "./publisher.ts"
import { beforeProbes, onConnection, type Snapshot, toHealth } from "./Snapshot.ts"
import type { SocketHealth } from "./SocketHealth.ts"

/**
 * The health of the kept connection: the present one, and each change.
 *
 * @example
 * import * as Effect from "effect/Effect"
 * import * as Stream from "effect/Stream"
 * import { HealthProbe, Sway } from "i3pm"
 *
 * const report = Effect.flatMap(HealthProbe, health =>
 *   Stream.runForEach(health.changes, ({ error, status }) => Effect.log(status, error)),
 * ).pipe(Effect.provide(Sway.layer))
 */
export class HealthProbe extends Context.Tag("i3pm/HealthProbe")<
  HealthProbe,
  {
    /**
     * Probes now and returns within the probe deadline, even if the compositor does not answer. A call joins the probe that
     * is already in flight. It does not wait for one that is overdue.
     */
    readonly check: Effect.Effect<SocketHealth>
    /**
     * The present state, then one item for each change that matters to a person: of `status`, `socket_path`, `error`, `warning`,
     * `reconnecting`, `reconnection_count`, or the compositor's pid or version.
     */
    readonly changes: Stream.Stream<SocketHealth>
    /** The present state, then one item for each change and each reply. For clients that show the latency. */
    readonly proofs: Stream.Stream<SocketHealth>
    /** The outcome of each probe from now on. A reader more than 256 items behind loses the oldest. */
    readonly outcomes: Stream.Stream<ProbeOutcome>
  }
>() {}

/** The buffer of outcomes for each reader: the number in the comment of `outcomes`. */
const OUTCOMES = 256

/** Probes at once, then at the interval of the settings. Starts again when the interval changes. Never ends. */
const probePeriodically = (settings: Settings["Type"], check: Effect.Effect<SocketHealth>) =>
  settings.changes.pipe(
    Stream.map(({ probeInterval }) => probeInterval),
    Stream.changesWith(Duration.equals),
    Stream.flatMap(interval => Stream.fromEffect(every(interval, check)), { switch: true }),
    Stream.runDrain,
  )

/** Probes and follows the connection for as long as the scope lives. */
export const make = Effect.gen(function* () {
  const settings = yield* Settings
  const connection = yield* SwayConnection
  const discovery = yield* SocketDiscovery
  const processes = yield* ProcessTable
  const workers = yield* Workers
  const initial = yield* SubscriptionRef.get(connection.state)
  const state = yield* SubscriptionRef.make<Snapshot>(beforeProbes(initial))
  const outcomes = yield* PubSub.sliding<ProbeOutcome>(OUTCOMES)
  const health = Effect.zipWith(SubscriptionRef.get(state), Clock.currentTimeMillis, toHealth)

  const probe = yield* makeProber({
    send: connection.send,
    isInPlace: discovery.isInPlace,
    findProcess: processes.find,
    state,
    report: outcome => PubSub.publish(outcomes, outcome),
  })
  const firstAttempt = makeFirstAttempt(Stream.map(state.changes, snapshot => snapshot.connection))
  const check = Effect.gen(function* () {
    const { probeDeadline } = yield* settings.current
    yield* firstAttempt
    const current = yield* SubscriptionRef.get(connection.state)
    if (current._tag === "Connected") yield* probe(current, probeDeadline)
    return yield* health
  })

  // Applied twice: from healthy to disconnected there are two steps, and each is published. In other cases the second changes
  // nothing.
  yield* workers.follow("health: connection", connection.state.changes, current =>
    Effect.repeatN(
      SubscriptionRef.update(state, snapshot => onConnection(snapshot, current)),
      1,
    ),
  )
  yield* workers.start("health: periodic probe", probePeriodically(settings, check))
  yield* workers.follow("health: directory", discovery.changes, () => check)

  yield* workers.follow("health: settings", settings.refusals, settingsRefused =>
    SubscriptionRef.update(state, snapshot => ({ ...snapshot, settingsRefused })),
  )
  yield* workers.start("health: acceptance", watchAcceptance(state, { waitingAt: discovery.waitingAt, descriptorsOf }))

  const publisher = yield* makePublisher(yield* SubscriptionRef.get(state), health)
  yield* workers.follow("health: publisher", state.changes, publisher.publish)

  return HealthProbe.of({
    check,
    changes: publisher.changes,
    proofs: publisher.proofs,
    outcomes: Stream.fromPubSub(outcomes),
  })
})

/** The health of the connection of `SwayConnection`. */
export const layer: Layer.Layer<
  HealthProbe,
  never,
  Settings | SwayConnection | SocketDiscovery | ProcessTable | Workers
> = Layer.scoped(HealthProbe, make)
