/** Runs `i3pm cleanup` where there is something to do: a timer runs it every few minutes, for as long as the machine runs. */
import * as Effect from "effect/Effect"
import * as StderrLogger from "../logger.ts"
import { runMain } from "../runMain.ts"
import { cleanUp } from "./cleanUp.ts"
import { exitRulesOf } from "./exitRules.ts"
import type { Request } from "./usage/request.ts"

/** Runs what the entry has read. */
export const run = (request: Request): void => {
  const given = request._tag === "Run" ? request.values : {}
  const options = { dryRun: given["dryRun"] === true, json: given["json"] === true }
  runMain(cleanUp(options).pipe(Effect.provide(StderrLogger.layer)), exitRulesOf(request))
}
