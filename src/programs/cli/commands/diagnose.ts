import * as Command from "@effect/cli/Command"
import { diagnoseSession } from "./diagnoseSession.ts"
import { socketHealth } from "./socketHealth.ts"
import { sockets } from "./sockets.ts"
import { status } from "./status.ts"

/** `i3pm diagnose`. */
export const diagnose = Command.make("diagnose").pipe(
  Command.withDescription("Find out what is wrong: the connection, the sockets, the session."),
  Command.withSubcommands([socketHealth, sockets, status, diagnoseSession]),
)
