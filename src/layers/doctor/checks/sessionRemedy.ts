/** How to start the session of the running Sway. Pure. */

import * as Either from "effect/Either"
import { execLine } from "../../session/config/block.ts"
import { shellLine } from "../../system/shellWords.ts"
import { unitNames } from "../../systemd/units/catalogue.ts"
import { byHand, type Remedy, safely } from "../Check.ts"
import { type Facts, liveIn, unitIn } from "../Facts.ts"

/** Installs what is missing, adds the line to Sway's configuration, and runs it in the running Sway. */
export const startSession = (facts: Facts): Remedy => {
  const { program } = facts
  const target = unitIn(facts, unitNames.sessionTarget)
  const daemon = unitIn(facts, unitNames.daemon)
  const state = target?.properties["LoadState"]
  const held = Either.getOrElse(facts.heldSession, () => undefined)
  // A `session run` that still runs would not start the target a second time.
  if (state === "loaded" && held !== undefined && held === liveIn(facts)?.path) {
    return safely(["systemctl", "--user", "start", unitNames.sessionTarget])
  }
  const isMissing = (unit: typeof target) => unit?.properties["LoadState"] !== "loaded"
  return byHand(
    ...(state === "masked" ? [`systemctl --user unmask ${unitNames.sessionTarget}`] : []),
    ...(isMissing(target) || isMissing(daemon) ? [`${program.text} units install`] : []),
    `${program.text} session install`,
    // msg joins its words by spaces, and sway takes the quotes of the line itself.
    `${program.text} msg ${shellLine(execLine(program.command).split(" "))}`,
  )
}
