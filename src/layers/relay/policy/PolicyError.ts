/** The error for a wrong policy in the configuration. */
import * as Data from "effect/Data"

/**
 * The policy of a socket is wrong.
 *
 * `UnknownPreset`, `UnknownRequest`, `UnknownEvent`: there is no such name, or it cannot be listed. `WrongPattern`: a command
 * pattern that cannot be used. `entry` is what stands in the configuration, as it stands there.
 */
export class PolicyError extends Data.TaggedError("PolicyError")<{
  readonly reason: "UnknownPreset" | "UnknownRequest" | "UnknownEvent" | "WrongPattern"
  readonly socket: string
  readonly entry: string
  readonly message: string
}> {}
