/** Runs the commands that ask daemon and compositor, where the entry cannot answer by itself, and those that go on. */
import { events } from "./commands/events.ts"
import { msg } from "./commands/msg.ts"
import { socket } from "./commands/socket.ts"
import { socketHealth } from "./commands/socketHealth.ts"
import { sockets } from "./commands/sockets.ts"
import { status } from "./commands/status.ts"
import { runHandler } from "./runHandler.ts"
import type { Request } from "./usage/request.ts"

/** Runs what the entry has read. */
export const run = (request: Request): void =>
  runHandler(
    {
      events,
      msg,
      socket,
      "diagnose socket-health": socketHealth,
      "diagnose sockets": sockets,
      "diagnose status": status,
    },
    request,
  )
