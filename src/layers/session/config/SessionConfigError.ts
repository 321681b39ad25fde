/** Why the sway configuration was not changed. */
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import { errnoOf, wordsFor } from "../../system/errno.ts"

/**
 * The sway configuration was not changed. `path` is the file concerned, if there is one.
 *
 * `NoConfig`: no configuration was found. `ReadOnly`: the file cannot be written, or another program generates it. `Invalid`:
 * sway finds an error in the new text. `Unchecked`: `sway -C` could not be run. `Failed`: a system error, see `cause`.
 */
export class SessionConfigError extends Data.TaggedError("SessionConfigError")<{
  readonly reason: "NoConfig" | "ReadOnly" | "Invalid" | "Unchecked" | "Failed"
  readonly path: string | undefined
  readonly message: string
  readonly cause?: unknown
}> {}

const failed = (path: string) => (cause: unknown) =>
  new SessionConfigError({
    reason: "Failed",
    path,
    message: `cannot change ${path}: ${wordsFor(errnoOf(cause))}`,
    cause,
  })

/** Runs a file operation on `path`; whatever it throws becomes a {@link SessionConfigError} with reason `Failed`. */
export const attempt = <A>(path: string, act: () => A): Effect.Effect<A, SessionConfigError> =>
  Effect.try({ try: act, catch: failed(path) })
