/**
 * Answers the commands that scripts, prompts and bars call often, without the Effect runtime: loading that takes several times as
 * long as such a command runs.
 *
 * Settings, descriptions of commands, formats and requests are the same as in the other parts. What is not the usual case (no
 * daemon, a wrong setting, a table) is left to those parts, so that every message comes from one place.
 */
import { version } from "../../version.ts"
import { events, msg, socket } from "../catalogue/connection.ts"
import { cleanup } from "../catalogue/daemon.ts"
import { socketHealth, sockets, status } from "../catalogue/diagnose.ts"
import { sessionRun } from "../catalogue/session.ts"
import { exitRulesOf } from "../exitRulesOf.ts"
import type { Definition } from "../tree/define.ts"
import type { Request } from "../usage/request.ts"
import { type Answer, type Ask, asking, type Begun, type Place } from "./Answer.ts"
import { endOnSignal } from "./signals.ts"

/** The function that answers each command. Its file is loaded only when it is needed. */
const commands: ReadonlyMap<Definition, () => Promise<Ask>> = new Map<Definition, () => Promise<Ask>>([
  [socketHealth, async () => asking((await import("./askEntry.ts")).socketHealth)],
  [sockets, async () => asking((await import("./askEntry.ts")).sockets)],
  [status, async () => asking((await import("./askEntry.ts")).status)],
  [socket, async () => asking((await import("./wireEntry.ts")).socket)],
  [events, async () => asking((await import("./wireEntry.ts")).events)],
  [msg, async () => asking((await import("./wireEntry.ts")).msg)],
  [sessionRun, async () => asking((await import("./beginEntry.ts")).sessionRun)],
  [cleanup, async () => asking((await import("./sweepEntry.ts")).cleanup)],
])

/** A command that was begun. `release` has to be called once another part handles signals. */
export interface Started extends Begun {
  readonly release: () => void
}

/** A command without an answer: another part has to run it. `release` as above. */
export interface Unanswered {
  readonly release: () => void
}

/** The answer to a command line, what was begun, or that another part has to run it, also as `undefined`. Never rejects. */
export const fastAnswer = async (
  request: Request,
  place: Place,
): Promise<Answer | Started | Unanswered | undefined> => {
  switch (request._tag) {
    case "Help":
      return (await import("./helpEntry.ts")).help(request.command, place)
    case "Version":
      return { stdout: `${version}\n`, status: 0 }
    case "Run": {
      const load = commands.get(request.command.definition)
      if (load === undefined) return undefined
      const release = endOnSignal(exitRulesOf(request))
      const answer = await (await load())(request.values, place)
      if (answer === undefined) return { release }
      if ("begun" in answer) return { ...answer, release }
      // An answer is written in one call of the system, which may wait for the reader of a pipe: only the kernel can end the process there.
      release()
      return answer
    }
    default:
      return undefined
  }
}
