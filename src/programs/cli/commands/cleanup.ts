import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import { cleanUp } from "../cleanUp.ts"
import * as flags from "../flags.ts"

const dryRun = Options.boolean("dry-run").pipe(
  Options.withDescription("Print what would be removed, and remove nothing."),
)

/** `i3pm cleanup`. */
export const cleanup = Command.make("cleanup", { dryRun, json: flags.json }, cleanUp).pipe(
  Command.withDescription(
    "Remove the sockets that compositors left behind: a crash leaves the file, and nobody listens on it any more. A live one " +
      "is never removed. Exit status 1 when one could not be removed. Example: i3pm cleanup --dry-run",
  ),
)
