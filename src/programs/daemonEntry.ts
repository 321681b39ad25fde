/** Runs the daemon with no flags, as its unit does, without the memory that the command tree takes. */
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as Effect from "effect/Effect"
import { daemon } from "./daemon.ts"
import { invocation } from "./invocation.ts"
import { rulesFor, runMain } from "./runMain.ts"

runMain(
  Effect.provide(daemon({ embedded: false, flags: {}, invocation: invocation() }), NodeFileSystem.layer),
  rulesFor(["daemon"]),
)
