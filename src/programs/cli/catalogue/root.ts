/** The whole command tree, as data: everything that reads or shows a command line is made from it. Pure. */

import { flag, group, option } from "../tree/define.ts"
import { describe } from "../tree/describe.ts"
import { choice } from "../tree/valueSpec.ts"
import { bar } from "./bar.ts"
import { events, msg, socket } from "./connection.ts"
import { cleanup, daemon, simulate } from "./daemon.ts"
import { diagnose } from "./diagnose.ts"
import { doctor } from "./doctor.ts"
import { initService } from "./initService.ts"
import { relay } from "./relay.ts"
import { session } from "./session.ts"
import { units } from "./units.ts"

/** The shells with completions. */
export const shells = ["bash", "zsh", "fish"] as const

/** One of the shells. */
export type Shell = (typeof shells)[number]

/** `--version`, after any command. */
export const versionFlag = flag(["--version"], "Print the version.")

/** `--completions SHELL`, after any command. */
export const completionsOption = option(
  ["--completions"],
  choice("SHELL", shells),
  "Print the script that completes i3pm in this shell.",
)

/** `i3pm`, with every command below it. */
export const root = group({
  name: "i3pm",
  description:
    "Finds the live Sway or i3 socket, keeps one connection to it, and reports its health. " +
    "See i3pm COMMAND --help for each command, with an example.",
  commands: [daemon, diagnose, doctor, bar, cleanup, socket, msg, events, relay, session, simulate, units, initService],
  answered: [versionFlag, completionsOption],
})

/** The tree in which each command has its whole name. */
export const tree = describe(root)
