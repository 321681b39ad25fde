/**
 * Repeats a request to systemd or D-Bus whose program, `systemctl` or `busctl`, was killed.
 *
 * When systemd stops the unit that this process runs in, it sends SIGTERM to all processes of it, those programs included.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import type { ActivationEnvironmentError } from "../systemd/ActivationEnvironment.ts"
import type { UserManagerError } from "../systemd/UserManager.ts"

/**
 * Every 20 ms, for at most 10 s. The wait is short, since after the compositor's exit all must be done within one second. systemd may
 * kill the next program as well, but only while it stops our unit, which takes less than 10 s.
 */
export const retrySchedule = Schedule.intersect(
  Schedule.spaced(Duration.millis(20)),
  Schedule.recurUpTo(Duration.seconds(10)),
)

/** Repeats a request that fails with reason `Killed`, by {@link retrySchedule}. Safe only for requests that may be sent twice. */
export const retryKilled = <A, E extends UserManagerError | ActivationEnvironmentError, R>(
  request: Effect.Effect<A, E, R>,
): Effect.Effect<A, E, R> =>
  Effect.retry(request, { schedule: retrySchedule, while: ({ reason }) => reason === "Killed" })

/** Logs a failed clean-up step as a warning, so that the steps after it still run. */
export const warnOnFailure = <R>(
  step: Effect.Effect<void, { readonly message: string }, R>,
): Effect.Effect<void, never, R> => Effect.catchAll(step, ({ message }) => Effect.logWarning(message))
