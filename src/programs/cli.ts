/** The command tree. */
import * as CliConfig from "@effect/cli/CliConfig"
import * as Command from "@effect/cli/Command"
import * as Effect from "effect/Effect"
import { cleanup } from "./commands/cleanup.ts"
import { daemon } from "./commands/daemon.ts"
import { diagnose } from "./commands/diagnose.ts"
import { events } from "./commands/events.ts"
import { msg } from "./commands/msg.ts"
import { session } from "./commands/session.ts"
import { simulate } from "./commands/simulate.ts"
import { socket } from "./commands/socket.ts"
import { units } from "./commands/units.ts"
import { layerQuiet } from "./logger.ts"
import { expandMsgArguments } from "./msg/arguments.ts"
import { withPlainConsole } from "./plainConsole.ts"
import { version } from "./version.ts"

const i3pm = Command.make("i3pm").pipe(
  Command.withDescription(
    "Finds the live Sway or i3 socket, keeps one connection to it, and says how it is. " +
      "i3pm COMMAND --help tells more, with an example.",
  ),
  Command.withSubcommands([daemon, diagnose, cleanup, socket, msg, events, session, simulate, units]),
)

const run = Command.run(i3pm, { name: "i3pm", version, executable: "i3pm" })

/** Runs the command that `argv` (with node and the script in front) names. */
export const cli = (argv: ReadonlyArray<string>) =>
  run(expandMsgArguments(argv)).pipe(
    withPlainConsole,
    Effect.provide(CliConfig.layer({ showBuiltIns: false })),
    Effect.provide(layerQuiet),
  )
