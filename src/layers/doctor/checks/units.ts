/** Checks of i3pm's own units: installed, loaded, of this version, and not hiding a package's units. Pure. */

import { basename, dirname } from "node:path"
import * as Either from "effect/Either"
import { shellLine, shellWord } from "../../system/shellWords.ts"
import { unitNames } from "../../systemd/units/catalogue.ts"
import { pathsIn } from "../../systemd/units/pathsIn.ts"
import { byHand, type Judged, ok, type Remedy, safely, skipped, warning, wrong } from "../Check.ts"
import { type Facts, isActive, isLoaded, type OwnUnit, unitIn } from "../Facts.ts"

const { relaySocket: RELAY_SOCKET, timer: TIMER } = unitNames

/** The units that packages enable. */
const started: ReadonlyArray<string> = [unitNames.daemon, TIMER, RELAY_SOCKET]

const own = (facts: Facts): ReadonlyArray<OwnUnit> => Either.getOrElse(facts.units, () => [])

const list = (units: ReadonlyArray<OwnUnit>) => units.map(({ name }) => name).join(", ")

const unlooked = (id: string, facts: Facts): Judged | undefined =>
  Either.isLeft(facts.units) ? skipped(id, "i3pm's units were not checked", facts.units.left) : undefined

const isInstalled = (facts: Facts) => own(facts).some(isLoaded)

/** The relay's units can be left out, in the Nix module for one. */
const isOptional = ({ name }: OwnUnit) => name === unitNames.relay || name === unitNames.relaySocket

const moveAway = (path: string) => shellLine(["mv", path, `${path}.old`])

/** The drop-ins that were written for this unit alone, and not by a package. */
const ownDropIns = ({ name, properties }: OwnUnit) =>
  pathsIn(properties["DropInPaths"] ?? "").filter(
    path => basename(dirname(path)) === `${name}.d` && !path.startsWith("/usr/"),
  )

/** Moves away what keeps systemd from loading a unit: its drop-ins if its file is as i3pm or a package wrote it, else its file. */
const loadAgain = (broken: ReadonlyArray<OwnUnit>, { program }: Facts): Remedy => {
  const moved = broken.map(unit => {
    const dropIns = unit.own === "current" || unit.own === "absent" ? ownDropIns(unit) : []
    const byDropIn = dropIns.map(path => `${path.startsWith("/etc/") ? "sudo " : ""}${moveAway(path)}`)
    return { byDropIn, byFile: dropIns.length > 0 ? [] : [moveAway(unit.ownPath)] }
  })
  const files = moved.flatMap(({ byFile }) => byFile)
  return byHand(
    ...moved.flatMap(({ byDropIn }) => byDropIn),
    ...files,
    files.length > 0 ? `${program.text} units install` : "systemctl --user daemon-reload",
  )
}

/** `units`: i3pm's units are installed. */
export const units = (facts: Facts): Judged => {
  const id = "units"
  const needed = own(facts).filter(unit => !isOptional(unit))
  const absent = needed.filter(({ properties }) => (properties["LoadState"] ?? "not-found") === "not-found")
  const broken = own(facts).filter(({ properties }) => ["error", "bad-setting"].includes(properties["LoadState"] ?? ""))
  const unseen = unlooked(id, facts)
  if (unseen !== undefined) return unseen
  if (broken.length > 0) {
    return wrong(id, {
      what: `systemd cannot load ${list(broken)}`,
      why: "the unit file or a drop-in has an error",
      remedy: loadAgain(broken, facts),
    })
  }
  if (absent.length === 0) return ok(id, "i3pm's units are installed")
  return warning(id, {
    what: absent.length === needed.length ? "i3pm's units are not installed" : `${list(absent)} is not installed`,
    why: "without them nothing starts the daemon or removes orphaned sockets",
    remedy: byHand(`${facts.program.text} units install`),
  })
}

/** `units-current`: the copies of `units install` are what this program would write. */
export const unitsCurrent = (facts: Facts): Judged => {
  const id = "units-current"
  const unseen = unlooked(id, facts)
  if (unseen !== undefined) return unseen
  const copies = own(facts).filter(({ own }) => own === "current" || own === "old")
  if (copies.length === 0) return skipped(id, "no units were compared", "units install has written none")
  const old = copies.filter(({ own }) => own === "old")
  if (old.length === 0) return ok(id, "units install of this version wrote them")
  return warning(id, {
    what: `${list(old)}: written by another i3pm`,
    why: "by another version, or by a program at another path",
    remedy: byHand(`${facts.program.text} units install`),
  })
}

/** `units-program`: the programs that the units run exist. */
export const unitsProgram = (facts: Facts): Judged => {
  const id = "units-program"
  const unseen = unlooked(id, facts)
  if (unseen !== undefined) return unseen
  if (!isInstalled(facts)) return skipped(id, "no unit runs a program", "i3pm's units are not installed")
  const broken = own(facts).filter(({ missingPrograms }) => missingPrograms.length > 0)
  if (broken.length === 0) return ok(id, "the programs that the units run exist")
  const moved = broken
    .filter(({ own }) => own === "edited" || own === "foreign")
    .map(({ ownPath }) => `mv ${shellWord(ownPath)} ${shellWord(`${ownPath}.old`)}`)
  return wrong(id, {
    what: `${list(broken)} cannot start`,
    why: `this file does not exist: ${[...new Set(broken.flatMap(({ missingPrograms }) => missingPrograms))].join(", ")}`,
    remedy: byHand(...moved, `${facts.program.text} units install`),
  })
}

/** `units-loaded`: systemd has read the files that are there now. */
export const unitsLoaded = (facts: Facts): Judged => {
  const id = "units-loaded"
  const unseen = unlooked(id, facts)
  if (unseen !== undefined) return unseen
  if (!isInstalled(facts)) return skipped(id, "no unit has to be loaded", "i3pm's units are not installed")
  const stale = own(facts).filter(({ properties }) => properties["NeedDaemonReload"] === "yes")
  if (stale.length === 0) return ok(id, "systemd has loaded the current unit files")
  return warning(id, {
    what: `systemd uses an older version of ${list(stale)}`,
    why: "the unit files were changed after systemd had loaded them",
    remedy: safely(["systemctl", "--user", "daemon-reload"]),
  })
}

/** `units-package`: no copy hides a unit that a package installs and updates. */
export const unitsPackage = (facts: Facts): Judged => {
  const id = "units-package"
  const unseen = unlooked(id, facts)
  if (unseen !== undefined) return unseen
  const packaged = own(facts).filter(unit => unit.packaged !== undefined)
  if (packaged.length === 0) return skipped(id, "no copies were compared", "no package has installed i3pm's units")
  const hidden = packaged.filter(({ own }) => own === "current" || own === "old" || own === "edited")
  if (hidden.length === 0) return ok(id, "the units of the package are in use")
  const target = unitIn(facts, unitNames.sessionTarget)
  const isSession = target !== undefined && isActive(target.properties)
  const toEnable = own(facts).filter(({ isEnabledForAll, name }) => !isEnabledForAll && started.includes(name))
  return warning(id, {
    what: `copies in your directory replace the package's ${list(hidden)}`,
    why: `${hidden.map(({ ownPath }) => ownPath).join(", ")}: updates of the package have no effect`,
    remedy: byHand(
      ...hidden
        .filter(({ own }) => own === "edited")
        .map(({ ownPath }) => `mv ${shellWord(ownPath)} ${shellWord(`${ownPath}.old`)}`),
      `${facts.program.text} units uninstall`,
      ...(toEnable.length === 0 ? [] : [`systemctl --user enable ${toEnable.map(({ name }) => name).join(" ")}`]),
      `systemctl --user start ${TIMER} ${RELAY_SOCKET}`,
      ...(isSession ? [`systemctl --user start ${unitNames.sessionTarget}`] : []),
    ),
  })
}

/** `cleanup-timer`: the timer runs now, and starts again at the next login. */
export const cleanupTimer = (facts: Facts): Judged => {
  const id = "cleanup-timer"
  const unseen = unlooked(id, facts)
  if (unseen !== undefined) return unseen
  const timer = unitIn(facts, TIMER)
  const { LoadState = "not-found", UnitFileState = "", WantedBy = "" } = timer?.properties ?? {}
  const isEnabled = WantedBy !== "" || UnitFileState === "enabled" || timer?.isEnabledForAll === true
  const start = ["systemctl", "--user", "start", TIMER] as const
  const enable = ["systemctl", "--user", "enable", "--now", TIMER] as const
  const why = "sockets that a crash leaves behind stay while no daemon runs"
  if (LoadState === "masked") {
    const ofPackage = (timer?.isEnabledForAll === true ? start : enable).join(" ")
    const again = timer?.packaged === undefined ? `${facts.program.text} units install` : ofPackage
    const remedy = byHand(`systemctl --user unmask ${TIMER}`, again)
    return wrong(id, { what: "the cleanup timer is masked", why, remedy })
  }
  if (timer === undefined || LoadState !== "loaded") {
    return skipped(id, "the cleanup timer was not checked", `${TIMER} is ${LoadState}: see units`)
  }
  if (!isActive(timer.properties)) {
    return wrong(id, { what: "the cleanup timer is not running", why, remedy: safely(isEnabled ? start : enable) })
  }
  return isEnabled
    ? ok(id, "the cleanup timer runs")
    : warning(id, {
        what: "the cleanup timer is not enabled",
        why: "it does not start at the next login",
        remedy: safely(enable),
      })
}

/** `cleanup-run`: the last cleanup succeeded. */
export const cleanupRun = (facts: Facts): Judged => {
  const id = "cleanup-run"
  const unseen = unlooked(id, facts)
  if (unseen !== undefined) return unseen
  const cleanup = unitIn(facts, unitNames.cleanup)
  if (cleanup === undefined || !isLoaded(cleanup)) {
    return skipped(id, "the cleanup was not checked", `${unitNames.cleanup} is not installed`)
  }
  const { Result = "success" } = cleanup.properties
  if (Result === "success") return ok(id, "the last cleanup did not fail")
  return warning(id, {
    what: "the last cleanup failed",
    why: `systemd says: ${Result}; the log: journalctl --user -u ${unitNames.cleanup}`,
    remedy: safely(["systemctl", "--user", "start", unitNames.cleanup]),
  })
}
