/** Runs the command tree; loaded by the entry when the question is not a plain one. */
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as Effect from "effect/Effect"
import { rawArguments } from "../rawProcess.ts"
import { rulesFor, runMain } from "../runMain.ts"
import { cli } from "./cli.ts"

const argv = rawArguments(process.argv)

runMain(Effect.provide(cli(argv), NodeContext.layer), rulesFor(argv.slice(2)))
