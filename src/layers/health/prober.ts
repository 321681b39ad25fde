/** Probes of the daemon's kept connection: at most one is in flight, and every caller joins it. */
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import * as SubscriptionRef from "effect/SubscriptionRef"
import { askVersion } from "../sockets/askVersion.ts"
import type { SocketDiscovery } from "../sockets/SocketDiscovery.ts"
import type { Connected } from "../sway/ConnectionState.ts"
import type { Requests } from "../sway/requests.ts"
import { fairDeadline } from "../system/awaitWithin.ts"
import { haltOf, type ProcessTable } from "../system/ProcessTable.ts"
import type { ProbeOutcome } from "./ProbeOutcome.ts"
import { apply, onlyFor, type Snapshot } from "./Snapshot.ts"
import { compositorOf } from "./SocketHealth.ts"

/** A GET_VERSION request that is sent and has no reply yet. */
interface PendingProbe {
  /** Completed when the reply has come, the connection has ended or the deadline has passed, with the defect if there was one. */
  readonly judged: Deferred.Deferred<void>
  /** For people: milliseconds since the epoch. */
  readonly sentAt: number
  /** It has missed the deadline, and was reported as failed. */
  overdue: boolean
}

/** What a prober needs. */
export interface ProberOptions {
  readonly send: Requests["send"]
  readonly isInPlace: SocketDiscovery["Type"]["isInPlace"]
  readonly findProcess: ProcessTable["Type"]["find"]
  /** Updated with the outcome of each probe. */
  readonly state: SubscriptionRef.SubscriptionRef<Snapshot>
  readonly report: (outcome: ProbeOutcome) => Effect.Effect<unknown>
}

/**
 * Sends a probe or joins the one in flight. Returns when it is done, or at the deadline of the caller that has sent it. Returns at once
 * where the deadline has passed.
 */
export type Prober = (connected: Connected, deadline: Duration.Duration) => Effect.Effect<void>

/** The error of a compositor that does not answer: who, since when, and whether the kernel says that it is stopped. */
const describeSilence = ({ findProcess }: ProberOptions, connected: Connected, { sentAt }: PendingProbe) =>
  Effect.gen(function* () {
    const { name, pid } = compositorOf(connected)
    const process = pid === null ? Option.none() : yield* findProcess(pid)
    const who = pid === null ? name : `${name} (pid ${pid})`
    const halt = Option.getOrUndefined(Option.map(process, haltOf))
    const how = halt === undefined ? "" : ` ${halt} and`
    return `${who}${how} has not answered GET_VERSION since ${new Date(sentAt).toISOString()}`
  })

/** Waits for the reply, however long it takes, and applies it to the state. */
const awaitReply = ({ isInPlace, report, send, state }: ProberOptions, connected: Connected, probe: PendingProbe) =>
  Effect.gen(function* () {
    const { path } = connected
    const answer = yield* Effect.either(askVersion({ path, send }, Duration.infinity))
    if (Either.isLeft(answer)) {
      yield* report({ ok: false, late: probe.overdue, latencyMs: undefined })
      return yield* SubscriptionRef.update(
        state,
        onlyFor(connected, snapshot => apply(snapshot, "ProbeFailed", answer.left.message)),
      )
    }
    const proof = answer.right
    const inPlace = yield* isInPlace(connected)
    yield* report({ ok: inPlace, late: probe.overdue, latencyMs: proof.latencyMs })
    const error = `${path} was deleted or replaced while its compositor runs: new clients cannot connect`
    yield* SubscriptionRef.update(
      state,
      onlyFor(connected, snapshot => apply(snapshot, inPlace ? "ReplyArrived" : "ProbeFailed", error, { proof })),
    )
  })

/** A prober whose probes live as long as the scope. A defect in a probe fails every caller that waits for it. */
export const makeProber = (options: ProberOptions): Effect.Effect<Prober, never, Scope.Scope> =>
  Effect.map(Effect.scope, scope => {
    let pending: PendingProbe | undefined

    /** Applies that there is no reply yet. Reports it once, however many callers ask. */
    const markOverdue = (connected: Connected, late: PendingProbe) =>
      Effect.gen(function* () {
        if (pending === late && !late.overdue) {
          late.overdue = true
          yield* options.report({ ok: false, late: false, latencyMs: undefined })
        }
        const error = yield* describeSilence(options, connected, late)
        // The reply may have come while the process was looked up.
        yield* SubscriptionRef.update(
          options.state,
          onlyFor(connected, snapshot => (pending === late ? apply(snapshot, "ProbeFailed", error) : snapshot)),
        )
      })

    const judge = (probe: PendingProbe, work: Effect.Effect<void>) =>
      work.pipe(
        Effect.interruptible,
        Effect.onExit(exit => Deferred.done(probe.judged, exit)),
        Effect.forkIn(scope),
      )

    const startProbe = (connected: Connected, deadline: Duration.Duration) =>
      Effect.gen(function* () {
        const started: PendingProbe = {
          judged: yield* Deferred.make<void>(),
          sentAt: yield* Clock.currentTimeMillis,
          overdue: false,
        }
        pending = started
        const forget = Effect.sync(() => {
          pending = undefined
        })
        yield* judge(started, Effect.ensuring(awaitReply(options, connected, started), forget))
        // One timer for all callers: a race for each would cost as much as the probe.
        const overdue = Effect.suspend(() => (pending === started ? markOverdue(connected, started) : Effect.void))
        yield* judge(started, Effect.zipRight(fairDeadline(Duration.toMillis(deadline)), overdue))
        return started
      }).pipe(Effect.uninterruptible)

    return (connected, deadline) =>
      Effect.gen(function* () {
        const joined = pending ?? (yield* startProbe(connected, deadline))
        yield* joined.overdue ? markOverdue(connected, joined) : Deferred.await(joined.judged)
      })
  })
