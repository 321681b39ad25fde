/** A command that the compositor refused. */
import * as Data from "effect/Data"
import type { CommandResult } from "../../layers/ipc/Reply.ts"

/**
 * The compositor refused a command, or one of several. sway stops at the first that fails, so that `results` may be shorter than
 * the list of commands; those before it have been run.
 *
 * `NotUnderstood`: it is no command. `Failed`: it could not be done, for example because no window matches.
 *
 * @example
 * import * as Effect from "effect/Effect"
 * import { Sway } from "i3pm"
 *
 * const focus = Effect.flatMap(Sway, ({ command }) => command`${{ app_id: "firefox" }} focus`).pipe(
 *   Effect.catchTag("CommandError", ({ message }) => Effect.logWarning(message)),
 * )
 */
export class CommandError extends Data.TaggedError("CommandError")<{
  readonly reason: "NotUnderstood" | "Failed"
  /** The text that was sent. */
  readonly command: string
  readonly results: ReadonlyArray<CommandResult>
  readonly message: string
}> {}

/** The error of a reply to RUN_COMMAND; `undefined` if every command succeeded. */
export const commandErrorOf = (command: string, results: ReadonlyArray<CommandResult>): CommandError | undefined => {
  const failed = results.find(({ success }) => !success)
  if (failed === undefined) return undefined
  const why = failed.error ?? "the compositor gives no reason"
  return new CommandError({
    reason: failed.parse_error === true ? "NotUnderstood" : "Failed",
    command,
    results,
    message: `the command ${JSON.stringify(command)} failed: ${why}`,
  })
}
