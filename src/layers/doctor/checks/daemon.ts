/** Checks of the daemon: that there is one and only one, that it answers, starts by itself, and is not older than this program. Pure. */
import * as Either from "effect/Either"
import { unitNames } from "../../systemd/units/catalogue.ts"
import { unitsIn } from "../../systemd/units/properties.ts"
import { byHand, type Judged, ok, type Remedy, safely, skipped, warning, wrong } from "../Check.ts"
import { type DaemonProcess, type Facts, isActive, isLoaded, liveIn, type OwnUnit, unitIn } from "../Facts.ts"
import { compareVersions } from "./compareVersions.ts"
import { isUnits, restart } from "./daemonUnit.ts"
import { REFUSED } from "./places.ts"
import { startSession } from "./sessionRemedy.ts"

const DAEMON = unitNames.daemon

/** True for a daemon that can only run while the session target does. */
const isOfSession = ({ properties }: OwnUnit) => unitsIn(properties, "Requisite").includes(unitNames.sessionTarget)

/** True if no compositor runs, and the daemon is to start with the next one: the check of the compositor says how. */
const startsWithSway = (facts: Facts): boolean => {
  const unit = unitIn(facts, DAEMON)
  return unit !== undefined && isLoaded(unit) && isOfSession(unit) && liveIn(facts) === undefined
}

/** How to start a daemon if no daemon runs; null if that is left to Sway. */
const start = (facts: Facts): Remedy | null => {
  const { program } = facts
  const unit = unitIn(facts, DAEMON)
  if (unit === undefined) return byHand(`${program.text} daemon`)
  if (unit.properties["LoadState"] === "masked") {
    const unmask = `systemctl --user unmask ${DAEMON}`
    return unit.packaged === undefined
      ? byHand(unmask, `${program.text} units install`)
      : byHand(unmask, `systemctl --user start ${DAEMON}`)
  }
  const target = unitIn(facts, unitNames.sessionTarget)
  const hasSession = target !== undefined && isActive(target.properties)
  if (!isLoaded(unit)) return hasSession ? byHand(`${program.text} units install`) : startSession(facts)
  if (!isOfSession(unit) || hasSession) {
    const begin = ["systemctl", "--user", "start", DAEMON] as const
    // After too many crashes systemd refuses to start it until its failures are cleared.
    return unit.properties["ActiveState"] === "failed"
      ? safely(["systemctl", "--user", "reset-failed", DAEMON], begin)
      : safely(begin)
  }
  return startsWithSway(facts) ? null : startSession(facts)
}

const whyNone = (facts: Facts, said: string) => {
  const unit = unitIn(facts, DAEMON)
  if (unit === undefined) return said
  const { ActiveState = "unknown", LoadState = "not-found" } = unit.properties
  const state = `${said}; ${DAEMON} is ${LoadState === "loaded" ? ActiveState : LoadState}`
  return startsWithSway(facts) ? `${state}, and starts with Sway` : state
}

/** `daemon`: a daemon runs. */
export const daemon = (facts: Facts): Judged => {
  const id = "daemon"
  const { daemon: answer } = facts
  switch (answer._tag) {
    case "Answered":
      return ok(id, `the daemon runs: i3pm ${answer.pong.version} (pid ${answer.pong.pid})`)
    case "Silent":
      return ok(id, "a daemon runs", "it does not answer: see daemon-answers")
    case "Refused":
      return skipped(id, "the daemon was not asked", REFUSED)
    case "Absent":
      return wrong(id, {
        what: "the daemon is not running",
        why: whyNone(facts, answer.why),
        remedy: start(facts),
      })
  }
}

const daemonsOf = (facts: Facts): ReadonlyArray<DaemonProcess> =>
  Either.match(facts.processes, { onLeft: () => [], onRight: ({ daemons }) => daemons })

const wake = (facts: Facts, found: ReadonlyArray<DaemonProcess>): Remedy => {
  const stopped = found.filter(({ isStopped }) => isStopped)
  if (stopped.length > 0) return byHand(`kill -CONT ${stopped.map(({ pid }) => pid).join(" ")}`)
  const unit = unitIn(facts, DAEMON)
  return unit !== undefined && isActive(unit.properties)
    ? restart
    : byHand(...found.map(({ pid }) => `kill -KILL ${pid}`), `${facts.program.text} daemon`)
}

/** `daemon-answers`: the daemon answers; it is not stopped and does not hang. */
export const daemonAnswers = (facts: Facts): Judged => {
  const id = "daemon-answers"
  const { daemon: answer } = facts
  if (answer._tag === "Answered") return ok(id, "the daemon answers")
  if (answer._tag !== "Silent") {
    return skipped(id, "no daemon was asked", answer._tag === "Refused" ? REFUSED : "no daemon runs")
  }
  const found = daemonsOf(facts)
  const [one] = found
  const pid = one === undefined ? "" : ` (pid ${one.pid})`
  return wrong(id, {
    what: `the daemon${pid} does not answer`,
    why: one?.isStopped === true ? "it is stopped (SIGSTOP)" : answer.why,
    remedy: wake(facts, found),
  })
}

/** `daemon-single`: only one daemon runs. Of two only one owns the control socket. */
export const daemonSingle = (facts: Facts): Judged => {
  const id = "daemon-single"
  if (Either.isLeft(facts.processes)) return skipped(id, "daemons were not counted", facts.processes.left)
  const { daemons } = facts.processes.right
  if (daemons.length === 0) return skipped(id, "daemons were not compared", "no daemon runs")
  if (daemons.length === 1) return ok(id, "one daemon runs")
  const unit = unitIn(facts, DAEMON)
  const answering = facts.daemon._tag === "Answered" ? facts.daemon.pong.pid : undefined
  const ofUnit = daemons.find(({ pid }) => isUnits(unit, pid))?.pid
  const kept = ofUnit ?? answering
  const others = daemons.filter(({ pid }) => pid !== kept).map(({ pid }) => pid)
  // The other one has taken the socket away from it.
  const again = ofUnit === undefined || ofUnit === answering ? [] : [restart.text]
  return wrong(id, {
    what: `${daemons.length} daemons run in this runtime directory`,
    why: `pids ${daemons.map(({ pid }) => pid).join(", ")}; ${answering === undefined ? "none answers" : `pid ${answering} answers`}`,
    remedy: byHand(`kill ${others.join(" ")}`, ...again),
  })
}

/** `daemon-version`: the daemon that runs is of this version. */
export const daemonVersion = (facts: Facts): Judged => {
  const id = "daemon-version"
  const { daemon: answer, program } = facts
  if (answer._tag !== "Answered") return skipped(id, "the version is not known", "no daemon answers")
  const { pid, version } = answer.pong
  const order = compareVersions(version, program.version)
  if (order === 0) return ok(id, `daemon and program are version ${version}`)
  const remedy = isUnits(unitIn(facts, DAEMON), pid) ? restart : byHand(`kill ${pid}`, `${program.text} daemon`)
  return warning(id, {
    what: `the daemon is ${order < 0 ? "older" : "newer"} than this program`,
    why: `the daemon is ${version}, this program ${program.version}`,
    remedy,
  })
}

/** `daemon-enabled`: the daemon starts by itself the next time. */
export const daemonEnabled = (facts: Facts): Judged => {
  const id = "daemon-enabled"
  const unit = unitIn(facts, DAEMON)
  if (unit === undefined || !isLoaded(unit)) return skipped(id, "no unit can be enabled", `${DAEMON} is not installed`)
  const starters = [...unitsIn(unit.properties, "WantedBy"), ...unitsIn(unit.properties, "RequiredBy")]
  if (starters.length > 0) return ok(id, `the daemon starts with ${starters.join(" and ")}`)
  return wrong(id, {
    what: "the daemon is not enabled",
    why: "it does not start with the next session",
    remedy: safely(["systemctl", "--user", "enable", DAEMON]),
  })
}
