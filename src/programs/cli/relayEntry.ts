/** Runs the relay, as its unit does: without the command tree. */
import { relay } from "./commands/relay.ts"
import { runHandler } from "./runHandler.ts"
import type { Request } from "./usage/request.ts"

/** Runs the request that `main.ts` has read from the command line. */
export const run = (request: Request): void => runHandler({ relay }, request)
