/** The errors of the promise interface. All are {@link SwayError}s, with a `reason` that a program can look at. */
import type { CommandResult } from "../wire.ts"

/**
 * Something that was asked for could not be done. `message` says what, and why.
 *
 * @example
 * import { connect, SwayError } from "i3pm/promise"
 *
 * try {
 *   await using sway = await connect()
 *   await sway.command`workspace ${"mail"}`
 * } catch (error) {
 *   if (!(error instanceof SwayError)) throw error
 *   console.error(`${error.name} ${error.reason}: ${error.message}`)
 *   process.exitCode = 1
 * }
 */
export class SwayError<Reason extends string = string> extends Error {
  override readonly name: string = "SwayError"

  constructor(
    readonly reason: Reason,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}

/**
 * `connect` failed. `NoCompositor`: there is no live socket. `BadSettings`: a setting is wrong. `BadRuntimeDir`: the runtime
 * directory is missing, or cannot be trusted.
 *
 * @example
 * import { ConnectError, connect } from "i3pm/promise"
 *
 * const sway = await connect().catch((error: unknown) => {
 *   if (error instanceof ConnectError && error.reason === "NoCompositor") return undefined
 *   throw error
 * })
 * console.log(sway === undefined ? "start sway first" : (await sway.getVersion()).human_readable)
 * await sway?.close()
 */
export class ConnectError extends SwayError<"NoCompositor" | "BadSettings" | "BadRuntimeDir"> {
  override readonly name = "ConnectError"
}

/**
 * A request got no reply. `Timeout`: none in time. `ConnectionLost`: the compositor ended, or the connection broke. `TooLarge`:
 * the payload is larger than a compositor reads. `Unsupported`: this compositor ignores such a request, or refuses the event. `Busy`: too many
 * requests are in flight. `InvalidReply`: the reply is not as the protocol has it. `NotConnected`: there is no compositor now.
 * `NoSuchBar`: no bar has this id. `Closed`: `close` was called.
 *
 * @example
 * import { connect, RequestError } from "i3pm/promise"
 *
 * await using sway = await connect({ wait: true })
 * const windows = await sway.tree().then(
 *   tree => tree.windows.length,
 *   error => {
 *     if (error instanceof RequestError && error.reason === "NotConnected") return 0
 *     throw error
 *   },
 * )
 */
export class RequestError extends SwayError<
  | "Timeout"
  | "ConnectionLost"
  | "TooLarge"
  | "Unsupported"
  | "Busy"
  | "InvalidReply"
  | "NotConnected"
  | "NoSuchBar"
  | "Closed"
> {
  override readonly name = "RequestError"
}

/**
 * The compositor refused a command. `NotUnderstood`: it is no command. `Failed`: it could not be done. Commands before it have
 * been run.
 *
 * @example
 * import { CommandError, connect } from "i3pm/promise"
 *
 * await using sway = await connect()
 * await sway.command`${{ app_id: "firefox" }} focus`.catch(error => {
 *   if (!(error instanceof CommandError)) throw error
 *   console.warn(error.message)
 * })
 */
export class CommandError extends SwayError<"NotUnderstood" | "Failed"> {
  override readonly name = "CommandError"

  constructor(
    reason: "NotUnderstood" | "Failed",
    message: string,
    /** The text that was sent. */
    readonly command: string,
    readonly results: ReadonlyArray<CommandResult>,
  ) {
    super(reason, message)
  }
}

/**
 * A value cannot be put into a command, and nothing has been sent. `Unquotable`: no quotes of this compositor can hold it: in sway a text
 * with both `"` and `'`, or with a backslash at its end, and in both compositors one with a control character.
 * `NotANumber`: it is not finite. `NoCriteria`: criteria without a field. `Undefined`: a value, or a field of criteria, that is undefined.
 * `Reserved`: sway has another meaning for the word where a workspace is named. `Misplaced`: a text that is not a word of its own, in i3 also one that is
 * not the whole name, or criteria that do not stand in front of a command.
 * `Exec`: a text behind a command that is not known to take names: `exec` and others give it to a shell, or read it once more.
 * `Flags`: a regular expression with the flag `v` or `y`.
 *
 * @example
 * import { connect, QuoteError } from "i3pm/promise"
 *
 * await using sway = await connect()
 * const name = `"it's"`
 * await sway.command`rename workspace to ${name}`.catch(async error => {
 *   if (!(error instanceof QuoteError && error.reason === "Unquotable")) throw error
 *   await sway.command`rename workspace to ${name.replaceAll('"', "")}`
 * })
 */
export class QuoteError extends SwayError<
  "Unquotable" | "NotANumber" | "NoCriteria" | "Undefined" | "Reserved" | "Misplaced" | "Exec" | "Flags"
> {
  override readonly name = "QuoteError"
}
