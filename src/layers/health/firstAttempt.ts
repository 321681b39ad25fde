/** Waiting for the first attempt to connect: before it has ended, nothing is known about the sockets. */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { type ConnectionState, isBeforeFirstAttempt } from "../sway/ConnectionState.ts"

/** The longest wait: an answer about health is due in 100 ms. */
const firstAttemptDeadline = Duration.millis(80)

/** Returns when the first attempt has succeeded or failed, or at the deadline. Later calls return at once. */
export const makeFirstAttempt = (states: Stream.Stream<ConnectionState>): Effect.Effect<void> => {
  let hasEnded = false
  return Effect.suspend(() =>
    hasEnded
      ? Effect.void
      : states.pipe(
          Stream.filter(state => !isBeforeFirstAttempt(state)),
          Stream.runHead,
          Effect.zipRight(
            Effect.sync(() => {
              hasEnded = true
            }),
          ),
          Effect.timeout(firstAttemptDeadline),
          Effect.ignore,
        ),
  )
}
