/** Runs `i3pm cleanup` without the command tree: a timer runs it every few minutes, for as long as the machine runs. */
import * as Effect from "effect/Effect"
import * as StderrLogger from "../logger.ts"
import { rulesFor, runMain } from "../runMain.ts"
import { cleanUp } from "./cleanUp.ts"

const flags = new Set(process.argv.slice(3))

runMain(
  cleanUp({ dryRun: flags.has("--dry-run"), json: flags.has("--json") }).pipe(Effect.provide(StderrLogger.layer)),
  rulesFor(["cleanup"]),
)
