/** Options that more than one command has. Pure. */
import { logLevelNames, otherLogLevels } from "../../../layers/settings/values.ts"
import { flag, option } from "../tree/define.ts"
import { choice, text } from "../tree/valueSpec.ts"

/** A path of a file or socket. */
export const path = text("PATH", "files")

/** `--socket PATH`. */
export const socket = option(["--socket"], path, "Use this socket and no other.")

/** `--json`. */
export const json = flag(["--json"], "Print JSON (the default when the output is not a terminal).")

/** `--log-level LEVEL`, for long-running commands. */
export const logLevel = option(
  ["-l", "--log-level"],
  choice("LEVEL", logLevelNames, { aliases: otherLogLevels }),
  "Print messages of this level and above to stderr (default: info).",
)

/** `--dry-run`, of commands that change files. */
export const dryRun = flag(["--dry-run"], "Show the difference that it would make, and change nothing.")

/** The name of a user unit that is bound to the session target. */
export const boundUnit = text("UNIT", "bound units")

/** The name of a user unit. */
export const userUnit = text("UNIT", "user units")
