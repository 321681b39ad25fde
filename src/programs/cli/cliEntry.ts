/** Runs any command through the command tree. `main.ts` loads it unless there is a faster way. */
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as Effect from "effect/Effect"
import { rawArguments } from "../rawProcess.ts"
import { runMain } from "../runMain.ts"
import { tree } from "./catalogue/root.ts"
import { cli } from "./cli.ts"
import { exitRulesOf } from "./exitRules.ts"
import { requestOf } from "./usage/request.ts"

const request = requestOf(tree, rawArguments(process.argv).slice(2))

runMain(Effect.provide(cli(request), NodeContext.layer), exitRulesOf(request))
