/** Runs `i3pm session run`, which sway starts while the user waits for the desktop. */
import { sessionRun } from "./commands/sessionRun.ts"
import { runHandler } from "./runHandler.ts"
import type { Request } from "./usage/request.ts"

/** Runs what the entry has read. */
export const run = (request: Request): void => runHandler({ "session run": sessionRun }, request)
