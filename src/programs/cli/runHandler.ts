/** Runs one of a few commands without the command tree of `@effect/cli`, which takes as long to load as all the rest. */
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import { layerQuiet } from "../logger.ts"
import { runMain } from "../runMain.ts"
import { exitRulesOf } from "./exitRules.ts"
import type { Handler } from "./tree/handler.ts"
import type { Request } from "./usage/request.ts"

/** The entry has loaded a part that does not have the command: a defect of this program. */
class WrongPart extends Data.TaggedError("WrongPart")<{ readonly message: string }> {}

/** Runs the command that was asked for as this process. The leaf is found by its words, since each part has its own copy of it. */
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
