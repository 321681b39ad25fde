/** Runs the commands about health and sockets if the fast path left them, most often since no daemon runs. */
import { socket } from "./commands/socket.ts"
import { socketHealthFrom } from "./commands/socketHealth.ts"
import { sockets } from "./commands/sockets.ts"
import { status } from "./commands/status.ts"
import type { Opened } from "./fast/Answer.ts"
import { runHandler } from "./runHandler.ts"
import type { Request } from "./usage/request.ts"

/** Runs the request that `main.ts` has read from the command line, or goes on with what the fast path has begun. */
export const run = (request: Request, opened?: Opened): void =>
  runHandler(
    {
      socket,
      "diagnose socket-health": socketHealthFrom(opened?.watch),
      "diagnose sockets": sockets,
      "diagnose status": status,
    },
    request,
  )
