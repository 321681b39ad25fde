/** Whether colour is wanted. */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { variable } from "../../../layers/system/environment.ts"
import { isTerminal } from "./output.ts"
import { useColour } from "./useColour.ts"

/** True when a terminal reads stdout and NO_COLOR is not set. */
export const wantsColour: Effect.Effect<boolean> = Effect.map(variable("NO_COLOR"), noColour =>
  useColour(isTerminal(), Option.getOrUndefined(noColour)),
)
