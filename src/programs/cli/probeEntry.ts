/** Runs the questions about health and sockets, where the entry cannot answer by itself: most often since no daemon runs. */
import { socket } from "./commands/socket.ts"
import { socketHealth } from "./commands/socketHealth.ts"
import { sockets } from "./commands/sockets.ts"
import { status } from "./commands/status.ts"
import { runHandler } from "./runHandler.ts"
import type { Request } from "./usage/request.ts"

/** Runs what the entry has read. */
export const run = (request: Request): void =>
  runHandler(
    { socket, "diagnose socket-health": socketHealth, "diagnose sockets": sockets, "diagnose status": status },
    request,
  )
