/** Empty `.wants` directories of i3pm's units: left by a command that was killed, or by links of another daemon lifetime. */
import { dirname } from "node:path"
import * as Effect from "effect/Effect"
import { allWantsLinks } from "./catalogue.ts"
import { removeIfEmpty } from "./unitStore.ts"

/** Removes them from the user's unit directory. */
export const removeEmptyWants = (directory: string): Effect.Effect<void> => {
  const wants = allWantsLinks({ command: ["/"], systemd: 0 }).map(([link]) => dirname(`${directory}/${link}`))
  return Effect.forEach(new Set(wants), removeIfEmpty, { discard: true })
}
