/** Runs one of a few commands without the command tree of `@effect/cli`, since loading that takes as long as loading all the rest. */
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import { layerQuiet } from "../process/logger.ts"
import { runMain } from "../process/runMain.ts"
import { exitRulesOf } from "./exitRulesOf.ts"
import type { Handler } from "./tree/handler.ts"
import type { Request } from "./usage/request.ts"

/** `main.ts` has loaded a part that does not have the command: a bug. */
class WrongPart extends Data.TaggedError("WrongPart")<{ readonly message: string }> {}

/** Runs the requested command and ends the process. The handler is found by name: each bundle has its own copy of the leaf. */
export const runHandler = (handlers: Readonly<Record<string, Handler>>, request: Request): void => {
  const name = request._tag === "Run" ? request.command.path.slice(1).join(" ") : request._tag
  const handler = Object.hasOwn(handlers, name) ? handlers[name] : undefined
  const values = request._tag === "Run" ? request.values : {}
  runMain(
    handler === undefined
      ? Effect.die(new WrongPart({ message: `this part does not run ${name}` }))
      : Effect.provide(handler.run(values), layerQuiet),
    exitRulesOf(request),
  )
}
