/**
 * Answers the commands that scripts, prompts and bars call often, without the Effect runtime, which takes several times as long to
 * load as such a command to run.
 *
 * The settings, the description of the commands, the formats and what is asked of daemon and compositor are those of the other
 * parts. Whatever is not plain (no daemon, a wrong setting, a table) is left to them, so that every message comes from one place.
 */
import { version } from "../../version.ts"
import { msg, socket } from "../catalogue/connection.ts"
import { cleanup } from "../catalogue/daemon.ts"
import { socketHealth, sockets, status } from "../catalogue/diagnose.ts"
import type { Definition } from "../tree/define.ts"
import type { Request } from "../usage/request.ts"
import { type Answer, type Ask, asking, type Place } from "./Answer.ts"

/** What answers each of them, loaded when it is asked. */
const commands: ReadonlyMap<Definition, () => Promise<Ask>> = new Map<Definition, () => Promise<Ask>>([
  [socketHealth, async () => asking((await import("./askEntry.ts")).socketHealth)],
  [sockets, async () => asking((await import("./askEntry.ts")).sockets)],
  [status, async () => asking((await import("./askEntry.ts")).status)],
  [socket, async () => asking((await import("./wireEntry.ts")).socket)],
  [msg, async () => asking((await import("./wireEntry.ts")).msg)],
  [cleanup, async () => asking((await import("./sweepEntry.ts")).cleanup)],
])

/** The answer to a command line; `undefined` where another part has to give it. Never rejects. */
export const fastAnswer = async (request: Request, place: Place): Promise<Answer | undefined> => {
  switch (request._tag) {
    case "Help":
      return (await import("./helpEntry.ts")).help(request.command, place)
    case "Version":
      return { stdout: `${version}\n`, status: 0 }
    case "Run": {
      const ask = await commands.get(request.command.definition)?.()
      return ask?.(request.values, place)
    }
    default:
      return undefined
  }
}
