/** Runs the whole command tree; loaded by the entry for what no other part runs, and for whatever is wrong with a command line. */
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as Effect from "effect/Effect"
import { runMain } from "../runMain.ts"
import { cli } from "./cli.ts"
import { exitRulesOf } from "./exitRules.ts"
import type { Request } from "./usage/request.ts"

/** Runs what the entry has read. */
export const run = (request: Request): void =>
  runMain(Effect.provide(cli(request), NodeContext.layer), exitRulesOf(request))
