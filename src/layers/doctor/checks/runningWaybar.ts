/** What is known of the waybar that runs: whether it shows the state, and how it is restarted. Pure. */

import * as Either from "effect/Either"
import { shellLine } from "../../system/shellWords.ts"
import { type BarStarts, WAYBAR_SERVICE } from "../BarFacts.ts"
import { byHand, type Remedy } from "../Check.ts"
import type { Looked, ProcessFacts, WaybarProcess } from "../Facts.ts"

/** The waybars that run; none if they could not be seen. */
const waybarsIn = (processes: Looked<ProcessFacts>): ReadonlyArray<WaybarProcess> =>
  Either.match(processes, { onLeft: () => [], onRight: ({ waybars }) => waybars })

/** The waybars that run, if none of them has started i3pm for its module; else none. */
export const withoutModule = (processes: Looked<ProcessFacts>): ReadonlyArray<WaybarProcess> => {
  const running = waybarsIn(processes)
  return running.some(({ showsState }) => showsState) ? [] : running
}

/** Starts waybar again as sway's configuration starts it. Sway runs an `exec` only once, and a bar block at each reload. */
const startAgain = (starts: Looked<BarStarts>): string => {
  const lines = Either.match(starts, { onLeft: () => [], onRight: found => found.lines })
  const line = lines.find(({ bar }) => bar === "waybar")
  if (line?.text.startsWith("bar") === true) return "swaymsg reload"
  // A variable of the configuration is not known to swaymsg.
  return line === undefined || line.text.includes("$") ? "swaymsg exec waybar" : shellLine(["swaymsg", line.text])
}

/**
 * The command that ends the running waybars. By pid: NixOS runs waybar under another name, and other sessions of the user have their own.
 */
export const endWaybars = (processes: Looked<ProcessFacts>): string =>
  shellLine(["kill", ...waybarsIn(processes).map(({ pid }) => String(pid))])

/**
 * The command that restarts the running waybar; `undefined` if none runs. SIGUSR2 is not enough: waybar 0.9 then reads its configuration, and
 * neither adds nor removes a module.
 */
export const restartWaybar = (processes: Looked<ProcessFacts>, starts: Looked<BarStarts>): Remedy | undefined => {
  const running = waybarsIn(processes)
  if (running.length === 0) return undefined
  return running.some(({ isService }) => isService)
    ? byHand(`systemctl --user restart ${WAYBAR_SERVICE}`)
    : byHand(endWaybars(processes), startAgain(starts))
}
