/** Time for measuring how long something takes: it never jumps, whatever NTP does to the wall clock. */
import type * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"

/** Milliseconds of a clock that only goes forward; only differences mean anything. */
export const monotonicOf = (clock: Clock.Clock): number => Number(clock.unsafeCurrentTimeNanos() / 1000n) / 1000

/** The same, of the clock of the running fiber. */
export const monotonic: Effect.Effect<number> = Effect.map(Effect.clock, monotonicOf)
