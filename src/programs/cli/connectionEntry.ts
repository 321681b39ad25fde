/** Runs the commands that talk to a compositor, if the fast path left them. */
import { events } from "./commands/events.ts"
import { msg } from "./commands/msg.ts"
import { runHandler } from "./runHandler.ts"
import type { Request } from "./usage/request.ts"

/** Runs the request that `main.ts` has read from the command line. */
export const run = (request: Request): void => runHandler({ events, msg }, request)
