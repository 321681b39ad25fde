import * as Command from "@effect/cli/Command"
import { sessionBind } from "./sessionBind.ts"
import { sessionRun } from "./sessionRun.ts"
import { sessionUnbind } from "./sessionUnbind.ts"

/** `i3pm session`. */
export const session = Command.make("session").pipe(
  Command.withDescription("The services of a Sway session: which of them run under Sway and nowhere else."),
  Command.withSubcommands([sessionRun, sessionBind, sessionUnbind]),
)
