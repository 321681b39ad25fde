/** Repetition at a fixed rest. */
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"

/**
 * Runs an effect at once, and again each time that `rest` has passed since its end. Never ends unless the effect fails. A `Schedule`
 * would do the same with several times the work, which an idle daemon notices.
 */
export const every = <A, E, R>(
  rest: Duration.DurationInput,
  effect: Effect.Effect<A, E, R>,
): Effect.Effect<never, E, R> => Effect.forever(Effect.zipRight(effect, Effect.sleep(rest)))
