/** The command tree. */
import * as CliConfig from "@effect/cli/CliConfig"
import * as Command from "@effect/cli/Command"
import * as Effect from "effect/Effect"
import { layerQuiet } from "../logger.ts"
import { version } from "../version.ts"
import { cleanup } from "./commands/cleanup.ts"
import { daemon } from "./commands/daemon.ts"
import { diagnose } from "./commands/diagnose.ts"
import { events } from "./commands/events.ts"
import { msg } from "./commands/msg.ts"
import { session } from "./commands/session.ts"
import { simulate } from "./commands/simulate.ts"
import { socket } from "./commands/socket.ts"
import { units } from "./commands/units.ts"
import { completionScript } from "./completions/render.ts"
import { expandMsgArguments } from "./msg/arguments.ts"
import { print, terminalWidth, write } from "./output/output.ts"
import { wantsColour, withPlainConsole } from "./output/plainConsole.ts"
import { describe } from "./tree/describe.ts"
import { helpOf } from "./usage/help.ts"
import { requestOf } from "./usage/request.ts"

/** The command that all others are below. */
export const root = Command.make("i3pm").pipe(
  Command.withDescription(
    "Finds the live Sway or i3 socket, keeps one connection to it, and says how it is. " +
      "i3pm COMMAND --help tells more, with an example.",
  ),
  Command.withSubcommands([daemon, diagnose, cleanup, socket, msg, events, session, simulate, units]),
)

const run = Command.run(root, { name: "i3pm", version, executable: "i3pm" })

/** Runs the command that `argv` (with node and the script in front) names, or prints the help that it asks for. */
export const cli = (argv: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const tree = describe(root)
    const request = yield* requestOf(tree, expandMsgArguments(argv).slice(2))
    switch (request._tag) {
      case "Help":
        return yield* write(helpOf(request.command, { width: terminalWidth(), bold: yield* wantsColour }))
      case "Version":
        return yield* print(version)
      case "Completions":
        return yield* write(completionScript(request.shell, tree, version))
      case "Run":
        return yield* run([...argv.slice(0, 2), ...request.args])
    }
  }).pipe(withPlainConsole, Effect.provide(CliConfig.layer({ showBuiltIns: false })), Effect.provide(layerQuiet))
