/** Runs the whole command tree. Loaded for commands that no other part runs, and if the usage is wrong. */
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as Effect from "effect/Effect"
import { runMain } from "../process/runMain.ts"
import { cli } from "./cli.ts"
import { exitRulesOf } from "./exitRulesOf.ts"
import type { Request } from "./usage/request.ts"

/** Runs the request that `main.ts` has read from the command line. */
export const run = (request: Request): void =>
  runMain(Effect.provide(cli(request), NodeContext.layer), exitRulesOf(request))
