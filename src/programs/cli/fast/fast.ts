/**
 * Answers the commands that scripts, prompts and bars call often, without the Effect runtime, which takes several times as long to
 * load as such a command to run.
 *
 * The settings, the description of the commands, the formats and what is asked of daemon and compositor are those of the other
 * parts. Whatever is not plain (no daemon, a wrong setting, a table) is left to them, so that every message comes from one place.
 */
import { msg as msgLeaf, socket as socketLeaf } from "../catalogue/connection.ts"
import { cleanup as cleanupLeaf } from "../catalogue/daemon.ts"
import { socketHealth as healthLeaf, sockets as socketsLeaf, status as statusLeaf } from "../catalogue/diagnose.ts"
import type { Leaf, ValuesOf } from "../tree/define.ts"
import type { Request } from "../usage/request.ts"
import type { Answer, Place } from "./Answer.ts"
import { sockets, status } from "./asked.ts"
import { cleanup } from "./cleanup.ts"
import { socketHealth } from "./health.ts"
import { help, versionAnswer } from "./help.ts"
import { msg } from "./msg.ts"
import { socket } from "./socket.ts"

type Ask = (values: Readonly<Record<string, unknown>>, place: Place) => Promise<Answer | undefined>

const on = <L extends Leaf>(
  leaf: L,
  ask: (values: ValuesOf<L>, place: Place) => Promise<Answer | undefined>,
): readonly [Leaf, Ask] => [
  leaf,
  // What the reader gives was read by the description in this leaf.
  (values, place) => ask(values as ValuesOf<L>, place),
]

const commands: ReadonlyMap<unknown, Ask> = new Map([
  on(healthLeaf, socketHealth),
  on(socketLeaf, socket),
  on(msgLeaf, msg),
  on(cleanupLeaf, cleanup),
  on(socketsLeaf, sockets),
  on(statusLeaf, status),
])

/** The answer to a command line; `undefined` where another part has to give it. Never rejects. */
export const fastAnswer = async (request: Request, place: Place): Promise<Answer | undefined> => {
  switch (request._tag) {
    case "Help":
      return help(request.command, place)
    case "Version":
      return versionAnswer
    case "Run":
      return commands.get(request.command.definition)?.(request.values, place)
    default:
      return undefined
  }
}
