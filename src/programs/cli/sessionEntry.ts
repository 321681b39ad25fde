/** Runs `i3pm session run`, which sway starts while the user waits for the desktop. */
import { sessionRunFrom } from "./commands/sessionRun.ts"
import type { Opened } from "./fast/Answer.ts"
import { runHandler } from "./runHandler.ts"
import type { Request } from "./usage/request.ts"

/** Runs the request that `main.ts` has read from the command line, or goes on with what the fast path has begun. */
export const run = (request: Request, opened?: Opened): void =>
  runHandler({ "session run": sessionRunFrom(opened?.asked ?? []) }, request)
