/** Runs `i3pm units`. */
import { unitsInstall, unitsPrint, unitsUninstall } from "./commands/units.ts"
import { runHandler } from "./runHandler.ts"
import type { Request } from "./usage/request.ts"

/** Runs the request that `main.ts` has read from the command line. */
export const run = (request: Request): void =>
  runHandler({ "units install": unitsInstall, "units print": unitsPrint, "units uninstall": unitsUninstall }, request)
