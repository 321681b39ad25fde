/** Runs the command tree; loaded by the entry when the question is not a plain one. */
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as Effect from "effect/Effect"
import { cli } from "./cli.ts"
import { rulesFor, runMain } from "./runMain.ts"

runMain(Effect.provide(cli(process.argv), NodeContext.layer), rulesFor(process.argv.slice(2)))
