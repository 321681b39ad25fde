/** Runs the daemon with no flags, as its unit does, without the memory that the command tree takes. */

import { invocation } from "../invocation.ts"
import { rulesFor, runMain } from "../runMain.ts"
import { daemon } from "./daemon.ts"

runMain(daemon({ embedded: false, flags: {}, invocation: invocation() }), rulesFor(["daemon"]))
