/** Runs the commands about health and sockets if the fast path left them, most often since no daemon runs. */
import { socket } from "./commands/socket.ts"
import { socketHealth } from "./commands/socketHealth.ts"
import { sockets } from "./commands/sockets.ts"
import { status } from "./commands/status.ts"
import { runHandler } from "./runHandler.ts"
import type { Request } from "./usage/request.ts"

/** Runs the request that `main.ts` has read from the command line. */
export const run = (request: Request): void =>
  runHandler(
    { socket, "diagnose socket-health": socketHealth, "diagnose sockets": sockets, "diagnose status": status },
    request,
  )
