/** Runs the commands that talk to a compositor, where the entry cannot answer by itself. */
import { events } from "./commands/events.ts"
import { msg } from "./commands/msg.ts"
import { runHandler } from "./runHandler.ts"
import type { Request } from "./usage/request.ts"

/** Runs what the entry has read. */
export const run = (request: Request): void => runHandler({ events, msg }, request)
