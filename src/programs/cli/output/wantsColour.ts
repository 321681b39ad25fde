/** Whether colour is wanted. */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { variable } from "../../../layers/system/environment.ts"
import { isTerminal } from "./output.ts"
import { useColour } from "./useColour.ts"

/** True when a terminal that has colours reads stdout and NO_COLOR is not set. */
export const wantsColour: Effect.Effect<boolean> = Effect.zipWith(
  variable("NO_COLOR"),
  variable("TERM"),
  (noColour, term) =>
    useColour(isTerminal(), { noColour: Option.getOrUndefined(noColour), term: Option.getOrUndefined(term) }),
)
