/** Whether colour is wanted. */
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { useColour } from "./output.ts"

/** True when a terminal reads stdout and NO_COLOR is not set. */
export const wantsColour: Effect.Effect<boolean> = Effect.map(
  Effect.orElseSucceed(Config.option(Config.string("NO_COLOR")), Option.none<string>),
  noColour => useColour(Option.getOrUndefined(noColour)),
)
