/** Help and usage errors without colour where colour is not wanted: `@effect/cli` always prints ANSI codes. */
import { stripVTControlCharacters } from "node:util"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { variable } from "../../../layers/system/environment.ts"
import { useColour } from "./output.ts"

const plain = (console: Console.Console): Console.Console => {
  const strip = (args: ReadonlyArray<unknown>) =>
    args.map(arg => (typeof arg === "string" ? stripVTControlCharacters(arg) : arg))
  return {
    ...console,
    log: (...args) => console.log(...strip(args)),
    error: (...args) => console.error(...strip(args)),
  }
}

/** True when a terminal reads stdout and NO_COLOR is not set. */
export const wantsColour: Effect.Effect<boolean> = Effect.map(variable("NO_COLOR"), noColour =>
  useColour(Option.getOrUndefined(noColour)),
)

/** Runs an effect whose console is plain unless a terminal reads it and NO_COLOR is not set. */
export const withPlainConsole = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.gen(function* () {
    if (yield* wantsColour) return yield* effect
    return yield* Console.consoleWith(console => Console.withConsole(effect, plain(console)))
  })
