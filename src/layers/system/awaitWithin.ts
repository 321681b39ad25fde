/** Waits for a result with a deadline, and judges fairly on a busy machine: what has arrived in time but was not read yet counts. */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import { flushPendingReads } from "./eventLoop.ts"
import { monotonic } from "./monotonic.ts"

/** A timer that fires this late, in milliseconds, shows that this process, and perhaps the whole machine, stood still. */
const STALL_MS = 10

/** After a stall the other side gets this long, in milliseconds: it may have had no processor time either. */
const GRACE_MS = 10

/** Waits for `milliseconds`. True if the timer fired late by {@link STALL_MS} or more. */
const sleepNoticingStall = (milliseconds: number) =>
  Effect.gen(function* () {
    const start = yield* monotonic
    yield* Effect.sleep(milliseconds)
    return (yield* monotonic) - start - milliseconds >= STALL_MS
  })

/**
 * Waits for `milliseconds`, and longer by two allowances: after a stall of this process by {@link GRACE_MS}, and then until what the
 * kernel has received already is read.
 */
export const fairDeadline = (milliseconds: number): Effect.Effect<void> =>
  Effect.gen(function* () {
    const stalled = yield* sleepNoticingStall(Math.max(0, milliseconds))
    if (stalled) yield* Effect.sleep(GRACE_MS)
    yield* flushPendingReads
  })

/** True when `result` is done, with success or failure, by the {@link fairDeadline} of `milliseconds`. */
export const awaitWithin = <A, E>(result: Deferred.Deferred<A, E>, milliseconds: number): Effect.Effect<boolean> =>
  Effect.raceFirst(
    Effect.as(Effect.exit(Deferred.await(result)), true),
    Effect.zipRight(fairDeadline(milliseconds), Deferred.isDone(result)),
  )
