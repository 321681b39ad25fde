/** Runs the commands that talk to a compositor, if the fast path left them. */
import { eventsFrom } from "./commands/events.ts"
import { msg } from "./commands/msg.ts"
import type { Opened } from "./fast/Answer.ts"
import { runHandler } from "./runHandler.ts"
import type { Request } from "./usage/request.ts"

/** Runs the request that `main.ts` has read from the command line, or goes on with what the fast path has begun. */
export const run = (request: Request, opened?: Opened): void =>
  runHandler({ events: eventsFrom(opened?.events), msg }, request)
