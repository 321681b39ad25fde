import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as Effect from "effect/Effect"
import { invocation } from "../../invocation.ts"
import * as flags from "../flags.ts"

const embedded = Options.boolean("embedded").pipe(
  Options.withDescription("Start the embedded compositor when no live one is found."),
)

/** `i3pm daemon`. Its modules are loaded only here: no other command needs them. */
export const daemon = Command.make("daemon", { embedded, logLevel: flags.logLevel, socket: flags.socket }, options =>
  Effect.promise(() => import("../../daemon/daemon.ts")).pipe(
    Effect.flatMap(program =>
      program.daemon({
        embedded: options.embedded,
        flags: flags.toSettings(options),
        invocation: invocation(),
      }),
    ),
  ),
).pipe(
  Command.withDescription(
    "Run the daemon in the foreground: keep one connection to the compositor, watch its health, answer on the control " +
      "socket. Example: i3pm daemon --log-level debug",
  ),
)
