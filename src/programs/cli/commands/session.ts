import * as Command from "@effect/cli/Command"
import { sessionBind } from "./sessionBind.ts"
import { sessionInstall, sessionUninstall } from "./sessionInstall.ts"
import { sessionRun } from "./sessionRun.ts"
import { sessionUnbind } from "./sessionUnbind.ts"

/** `i3pm session`. */
export const session = Command.make("session").pipe(
  Command.withDescription("The session of a Sway: run it, and say which services belong to it and run nowhere else."),
  Command.withSubcommands([sessionRun, sessionInstall, sessionUninstall, sessionBind, sessionUnbind]),
)
