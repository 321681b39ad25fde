/** Runs `i3pm daemon` without flags, as its unit does. The command tree is not loaded, which saves memory. */
import { invocation } from "../invocation.ts"
import { rulesFor, runMain } from "../runMain.ts"
import { daemon } from "./daemon.ts"

runMain(daemon({ embedded: false, flags: {}, invocation: invocation() }), rulesFor(["daemon"]))
