/** The loop that keeps a connection: connect, hold it until it is lost, wait, connect again. */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import * as Schedule from "effect/Schedule"
import type * as Scope from "effect/Scope"
import * as SubscriptionRef from "effect/SubscriptionRef"
import type { ConnectionLost } from "../ipc/IpcErrors.ts"
import { ConnectionState } from "./ConnectionState.ts"
import type { ConnectionFailure } from "./connect.ts"
import type { Progress } from "./progress.ts"
import type { OpenConnection } from "./requests.ts"

/**
 * The wait between two attempts. At first 50 ms, which a compositor may need between making its socket file and listening. Then
 * doubled each time, up to 5 s. Jitter makes each wait 80 to 120 % of that, so 6 s at most: many clients do not connect at the same
 * moment. In whole milliseconds, since Effect's TestClock throws for a fraction.
 */
export const reconnectSchedule = Schedule.exponential(Duration.millis(50)).pipe(
  Schedule.either(Schedule.spaced(Duration.seconds(5))),
  Schedule.jittered,
  Schedule.modifyDelay((_, delay) => Duration.millis(Math.round(Duration.toMillis(delay)))),
)

/**
 * A connection that lasted longer than this is made again without a wait. After a shorter one there is a wait, so that a peer that
 * drops us each time costs no CPU.
 */
const stableAfter = Duration.millis(200)

/** What the supervisor needs. */
export interface SupervisorOptions {
  /** One attempt. `inUse` is the path of the last connection. */
  readonly connect: (inUse: string | undefined) => Effect.Effect<OpenConnection, ConnectionFailure, Scope.Scope>
  /** Fails when an open connection has to be given up. */
  readonly untilReplaced: (connection: OpenConnection) => Effect.Effect<never, ConnectionLost>
  /** An item ends the wait for the next attempt. */
  readonly wake: Queue.Dequeue<void>
  readonly progress: Progress
  readonly state: SubscriptionRef.SubscriptionRef<ConnectionState>
}

/** `run` never ends; `current` is the open connection. */
export interface Supervisor {
  readonly run: Effect.Effect<never>
  readonly current: () => OpenConnection | undefined
}

/** The state after a failed attempt or a lost connection. */
const stateAfter = (
  failure: ConnectionFailure | ConnectionLost,
  attempt: number,
  last: { readonly path: string | null; readonly reconnections: number },
) => {
  const facts = { ...last, lastError: failure.message }
  return failure._tag === "NoLiveSocket" && failure.reason === "NoCandidate"
    ? ConnectionState.Disconnected(facts)
    : ConnectionState.Reconnecting({ ...facts, attempt })
}

/** A supervisor that connects, keeps the connection, and connects again. */
export const makeSupervisor = ({
  connect,
  progress,
  state,
  untilReplaced,
  wake,
}: SupervisorOptions): Effect.Effect<Supervisor> =>
  Effect.gen(function* () {
    const schedule = yield* Schedule.driver(reconnectSchedule)
    let current: OpenConnection | undefined
    let lastPath: string | null = null
    let connections = 0
    let failures = 0

    /** Connects, and holds the connection until it is lost or given up. Always fails. */
    const hold = Effect.gen(function* () {
      yield* progress.mark
      const connected = yield* connect(lastPath ?? undefined)
      connections += 1
      failures = 0
      lastPath = connected.live.path
      const since = yield* Clock.currentTimeMillis
      yield* Effect.acquireRelease(
        Effect.sync(() => {
          current = connected
        }),
        () =>
          Effect.sync(() => {
            current = undefined
          }),
      )
      const reconnections = connections - 1
      yield* SubscriptionRef.set(state, ConnectionState.Connected({ ...connected.live, since, reconnections }))
      return yield* Effect.raceFirst(connected.client.closed, untilReplaced(connected))
    }).pipe(Effect.scoped)

    const recordFailure = (failure: ConnectionFailure | ConnectionLost) =>
      Effect.suspend(() => {
        failures += 1
        const last = { path: lastPath, reconnections: Math.max(0, connections - 1) }
        return Effect.zipRight(progress.mark, SubscriptionRef.set(state, stateAfter(failure, failures, last)))
      })

    /** The next wait, or until there is an item in `wake`. After that item the waits are short again. */
    const waitForNextAttempt = Effect.raceFirst(
      Effect.ignore(schedule.next(undefined)),
      Effect.zipRight(Queue.take(wake), schedule.reset),
    )

    /** No wait now, and short waits after the next failures. */
    const connectAtOnce = schedule.reset

    const run = Effect.timed(Effect.flip(hold)).pipe(
      Effect.tap(([_, failure]) => recordFailure(failure)),
      Effect.flatMap(([lasted, failure]) =>
        failure._tag === "ConnectionLost" && Duration.greaterThan(lasted, stableAfter)
          ? connectAtOnce
          : waitForNextAttempt,
      ),
      Effect.forever,
    )

    return { run, current: () => current }
  })
