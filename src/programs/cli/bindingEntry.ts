/** Runs `i3pm session bind` and `session unbind`. */
import { sessionBind } from "./commands/sessionBind.ts"
import { sessionUnbind } from "./commands/sessionUnbind.ts"
import { runHandler } from "./runHandler.ts"
import type { Request } from "./usage/request.ts"

/** Runs the request that `main.ts` has read from the command line. */
export const run = (request: Request): void =>
  runHandler({ "session bind": sessionBind, "session unbind": sessionUnbind }, request)
