/** Runs `i3pm cleanup` without loading the command tree, since a timer runs it every few minutes. */
import * as Effect from "effect/Effect"
import * as StderrLogger from "../logger.ts"
import { runMain } from "../runMain.ts"
import { tree } from "./catalogue/root.ts"
import { cleanUp } from "./cleanUp.ts"
import { exitRulesOf } from "./exitRules.ts"
import { requestOf } from "./usage/request.ts"

const request = requestOf(tree, process.argv.slice(2))
const given = request._tag === "Run" ? request.values : {}

runMain(
  cleanUp({ dryRun: given["dryRun"] === true, json: given["json"] === true }).pipe(Effect.provide(StderrLogger.layer)),
  exitRulesOf(request),
)
