/** Turns the typed failures of the runtime into the errors of the promise interface. Pure. */
import * as Cause from "effect/Cause"
import * as Data from "effect/Data"
import * as Option from "effect/Option"
import * as IpcErrors from "../../layers/ipc/IpcErrors.ts"
import { SettingsError } from "../../layers/settings/SettingsError.ts"
import { RuntimeDirError } from "../../layers/system/RuntimeDir.ts"
import * as Commands from "../sway/CommandError.ts"
import * as Quotes from "../sway/commandText.ts"
import { CommandError, ConnectError, QuoteError, RequestError } from "./errors.ts"

/** The first attempt to connect has failed. `message` says why. */
export class NotConnected extends Data.TaggedError("NotConnected")<{ readonly message: string }> {}

/** The error of a request that `close` has ended. */
export const closed = (): RequestError => new RequestError("Closed", "the connection was closed by this program")

const errorOf = (failure: unknown): unknown => {
  if (failure instanceof IpcErrors.RequestError)
    return new RequestError(failure.reason, failure.message, { cause: failure.cause })
  if (failure instanceof Commands.CommandError)
    return new CommandError(failure.reason, failure.message, failure.command, failure.results)
  if (failure instanceof Quotes.QuoteError) return new QuoteError(failure.reason, failure.message)
  if (failure instanceof NotConnected) return new ConnectError("NoCompositor", failure.message)
  if (failure instanceof SettingsError) return new ConnectError("BadSettings", failure.message)
  if (failure instanceof RuntimeDirError) return new ConnectError("BadRuntimeDir", failure.message)
  return failure
}

/** What a promise rejects with. An interruption is the end of the connection; a defect is thrown as it is. */
export const toError = (cause: Cause.Cause<unknown>): unknown =>
  Cause.isInterruptedOnly(cause)
    ? closed()
    : errorOf(Option.getOrElse(Cause.failureOption(cause), () => Cause.squash(cause)))
