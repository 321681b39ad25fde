/** Runs the daemon, as its unit does: without the command tree. */
import { daemon } from "./commands/daemon.ts"
import { runHandler } from "./runHandler.ts"
import type { Request } from "./usage/request.ts"

/** Runs what the entry has read. */
export const run = (request: Request): void => runHandler({ daemon }, request)
