/** The check of the daemon's watchdog. Pure. */

import * as Either from "effect/Either"
import { EDIT, shellLine, shellWord } from "../../system/shellWords.ts"
import { unitNames } from "../../systemd/units/catalogue.ts"
import { pathsIn } from "../../systemd/units/pathsIn.ts"
import { byHand, type Judged, ok, type Remedy, skipped, warning, wrong } from "../Check.ts"
import { type Facts, isLoaded, type OwnUnit, unitIn } from "../Facts.ts"
import { isUnits, restart } from "./daemonUnit.ts"

const DAEMON = unitNames.daemon

/** Removes a directive that turns the watchdog off: from the drop-ins, else the edited unit is rewritten. */
const without = (directive: string, { own, ownPath, properties }: OwnUnit, { program }: Facts): Remedy => {
  const dropIns = pathsIn(properties["DropInPaths"] ?? "").map(path =>
    shellLine([...(path.startsWith("/etc/") ? ["sudo"] : []), ...EDIT, `/^ *${directive} *=/d`, path]),
  )
  const isEdited = dropIns.length === 0 && own === "edited"
  const again = [`mv ${shellWord(ownPath)} ${shellWord(`${ownPath}.old`)}`, `${program.text} units install`]
  return byHand(...(isEdited ? again : dropIns), "systemctl --user daemon-reload", restart.text)
}

/** The first systemd whose daemon unit needs no child process for its pings (`OpenFile=`). */
const PINGS_ITSELF_SINCE = 253

/** True if systemd ignores the pings, which come from a child process. With a watchdog it reads `none` as `main`. */
const isUnheard = ({ NotifyAccess = "all" }: OwnUnit["properties"], { manager }: Facts) =>
  NotifyAccess !== "all" &&
  Either.match(manager, { onLeft: () => false, onRight: each => each.version < PINGS_ITSELF_SINCE })

const isOff = ({ WatchdogUSec = "" }: OwnUnit["properties"]) => WatchdogUSec === "0" || WatchdogUSec === "infinity"

/** `daemon-watchdog`: systemd restarts a daemon that hangs. */
export const daemonWatchdog = (facts: Facts): Judged => {
  const id = "daemon-watchdog"
  const unit = unitIn(facts, DAEMON)
  if (unit === undefined || !isLoaded(unit)) return skipped(id, "no unit has a watchdog", `${DAEMON} is not installed`)
  // systemd knows the watchdog of a running service only.
  if (facts.daemon._tag === "Absent") return skipped(id, "the watchdog was not checked", "no daemon runs")
  if (facts.daemon._tag === "Answered" && !isUnits(unit, facts.daemon.pong.pid)) {
    return warning(id, {
      what: "no watchdog restarts the daemon if it hangs",
      why: `pid ${facts.daemon.pong.pid} was not started by systemd`,
      remedy: byHand(`kill ${facts.daemon.pong.pid}`, `systemctl --user start ${DAEMON}`),
    })
  }
  const { properties } = unit
  const why = "systemd does not restart a daemon that hangs, and bars then show an old state"
  if (isOff(properties))
    return wrong(id, { what: "the daemon's watchdog is off", why, remedy: without("WatchdogSec", unit, facts) })
  if (isUnheard(properties, facts)) {
    return wrong(id, {
      what: "the daemon cannot ping its watchdog",
      why: `NotifyAccess=${properties["NotifyAccess"]} in ${properties["DropInPaths"] ?? DAEMON}; the unit needs "all"`,
      remedy: without("NotifyAccess", unit, facts),
    })
  }
  return ok(id, `systemd restarts the daemon if it sends no watchdog ping for ${properties["WatchdogUSec"] ?? "20s"}`)
}
