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
 * True when `result` is done after at most `milliseconds`, with success or failure. Two allowances are made before the answer is no:
 * after a stall of this process the wait is {@link GRACE_MS} longer, and what the kernel has received already is read.
 */
export const awaitWithin = <A, E>(result: Deferred.Deferred<A, E>, milliseconds: number): Effect.Effect<boolean> =>
  Effect.gen(function* () {
    const done = Effect.as(Effect.exit(Deferred.await(result)), true)
    const timer = Effect.gen(function* () {
      const stalled = yield* sleepNoticingStall(Math.max(0, milliseconds))
      if (stalled) yield* Effect.sleep(GRACE_MS)
      yield* flushPendingReads
      return yield* Deferred.isDone(result)
    })
    return yield* Effect.raceFirst(done, timer)
  })
