/** Runs `i3pm cleanup` if the fast path left it. It is a bundle of its own, so that the timer's runs load little. */
import * as Effect from "effect/Effect"
import * as StderrLogger from "../process/logger.ts"
import { runMain } from "../process/runMain.ts"
import { cleanUp } from "./cleanUp.ts"
import { exitRulesOf } from "./exitRulesOf.ts"
import type { Request } from "./usage/request.ts"

/** Runs the request that `main.ts` has read from the command line. */
export const run = (request: Request): void => {
  const given = request._tag === "Run" ? request.values : {}
  const options = { dryRun: given["dryRun"] === true, json: given["json"] === true }
  runMain(cleanUp(options).pipe(Effect.provide(StderrLogger.layer)), exitRulesOf(request))
}
