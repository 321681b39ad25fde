/**
 * Publishes the health to its followers. Each snapshot is compared with the last one here, once, and not once for each follower.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as SubscriptionRef from "effect/SubscriptionRef"
import { type Snapshot, toHealth } from "./Snapshot.ts"
import { differs, type SocketHealth } from "./SocketHealth.ts"

/** `publish` takes every new snapshot; `changes` and `proofs` are those of `HealthProbe`. */
export interface Publisher {
  readonly publish: (next: Snapshot) => Effect.Effect<void>
  readonly changes: Stream.Stream<SocketHealth>
  readonly proofs: Stream.Stream<SocketHealth>
}

/** A publisher that starts with `initial`. `health` is the health now, with which each stream begins. */
export const makePublisher = (initial: Snapshot, health: Effect.Effect<SocketHealth>): Effect.Effect<Publisher> =>
  Effect.gen(function* () {
    const changed = yield* SubscriptionRef.make(initial)
    const proven = yield* SubscriptionRef.make(initial)

    const startingNow = (snapshots: Stream.Stream<Snapshot>) =>
      snapshots.pipe(
        Stream.zipWithIndex,
        Stream.mapEffect(([snapshot, index]) =>
          index === 0 ? health : Effect.map(Clock.currentTimeMillis, now => toHealth(snapshot, now)),
        ),
      )

    return {
      publish: next =>
        Effect.gen(function* () {
          const last = yield* SubscriptionRef.get(changed)
          const isChange = differs(toHealth(next, 0), toHealth(last, 0))
          if (isChange) yield* SubscriptionRef.set(changed, next)
          const isProof = next.proof !== (yield* SubscriptionRef.get(proven)).proof
          if (isChange || isProof) yield* SubscriptionRef.set(proven, next)
        }),
      changes: Stream.changesWith(startingNow(changed.changes), (a, b) => !differs(a, b)),
      proofs: startingNow(proven.changes),
    }
  })
