/** A clock for measuring durations: unlike the wall clock it never jumps. */
import type * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"

/** Milliseconds since an arbitrary moment. */
export const monotonicOf = (clock: Clock.Clock): number => Number(clock.unsafeCurrentTimeNanos() / 1000n) / 1000

/** The same, from the Clock of the running fiber. */
export const monotonic: Effect.Effect<number> = Effect.map(Effect.clock, monotonicOf)
