/** Runs a daemon without any setting from the command line, as its unit does: without the command tree. */
import { daemon } from "../daemon/daemon.ts"
import { invocation } from "../invocation.ts"
import { runMain } from "../runMain.ts"
import { daemon as definition } from "./catalogue/daemon.ts"
import { exitRulesFor } from "./exitRules.ts"

runMain(daemon({ embedded: false, flags: {}, invocation: invocation() }), exitRulesFor(definition))
