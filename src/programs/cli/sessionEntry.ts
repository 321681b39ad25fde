/** Runs `i3pm session run`, which sway starts while the user waits for the desktop. */
import { sessionRun } from "./commands/sessionRun.ts"
import { runHandler } from "./runHandler.ts"
import type { Request } from "./usage/request.ts"

/** Runs the request that `main.ts` has read from the command line. */
export const run = (request: Request): void => runHandler({ "session run": sessionRun }, request)
