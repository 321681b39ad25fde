/** Checks of the session: its target, the units bound to it, and the targets of other projects. Pure. */

import * as Either from "effect/Either"
import type { Survey } from "../../session/survey/SessionSurvey.ts"
import { shellLine } from "../../system/shellWords.ts"
import { unitNames } from "../../systemd/units/catalogue.ts"
import { byHand, type Judged, ok, skipped, warning, wrong } from "../Check.ts"
import { type Facts, swayIn, type TargetFacts, unitIn } from "../Facts.ts"
import { isSessionManager, projectOf } from "../knownTargets.ts"
import { startSession } from "./sessionRemedy.ts"

const TARGET = unitNames.sessionTarget

const isRunning = (state: string) => state === "active" || state === "activating" || state === "reloading"

const withSurvey = (id: string, { survey }: Facts, judge: (survey: Survey) => Judged): Judged =>
  Either.match(survey, { onLeft: why => skipped(id, "the session was not checked", why), onRight: judge })

/** `session-target`: the target runs while Sway runs, and only then. */
export const sessionTarget = (facts: Facts): Judged =>
  withSurvey("session-target", facts, survey => {
    const id = "session-target"
    const { compositors, target_state: state } = survey.session
    const sway = swayIn(survey)
    if (sway !== undefined) {
      if (isRunning(state)) return ok(id, `${TARGET} is ${state}`)
      return wrong(id, {
        what: `${sway.name} is running, but ${TARGET} is ${state}`,
        why: "services bound to this target are not started",
        remedy: startSession(facts),
      })
    }
    if (isRunning(state) && compositors.length === 0 && Either.isRight(facts.sockets)) {
      return wrong(id, {
        what: `${TARGET} is ${state}, but no Sway is running`,
        why: "services bound to this target keep running without Sway",
        remedy: byHand(`systemctl --user stop ${TARGET}`),
      })
    }
    return skipped(
      id,
      `${TARGET} is ${state}`,
      compositors.length === 0 ? "no Sway is running" : "i3 does not start it",
    )
  })

/** `session-units`: no unit that is for Sway only is bound to another target. */
export const sessionUnits = (facts: Facts): Judged =>
  withSurvey("session-units", facts, ({ units }) => {
    const id = "session-units"
    const bad = units.filter(unit => unit.wrong)
    if (bad.length === 0) return ok(id, "no unit is bound to the wrong target")
    const bound = bad.filter(({ fix }) => fix?.includes(" session bind ") === true).map(({ unit }) => unit)
    const others = bad.flatMap(({ fix, unit }) => (fix === null || bound.includes(unit) ? [] : [fix]))
    const target = unitIn(facts, TARGET)?.properties["LoadState"]
    return wrong(id, {
      what: `${bad.map(({ unit }) => unit).join(", ")}: bound to the wrong target`,
      why: bad
        .map(
          ({ evidence, relations, unit }) =>
            `${unit} is bound to ${Object.keys(relations).join(" and ")}, and ${evidence.join(", ")}`,
        )
        .join("; "),
      remedy: byHand(
        ...(bound.length === 0
          ? others
          : [
              ...(target === "loaded" ? [] : [`${facts.program.text} units install`]),
              `${facts.program.text} session bind ${shellLine(bound)}`,
            ]),
      ),
    })
  })

/** `session-running`: no unit still runs after its target has ended. */
export const sessionRunning = (facts: Facts): Judged =>
  withSurvey("session-running", facts, ({ running_without_target: running }) => {
    const id = "session-running"
    if (running.length === 0) return ok(id, "no unit runs without its target")
    const names = [...new Set(running.map(({ unit }) => unit))]
    return warning(id, {
      what: `${names.join(", ")}: runs without its target`,
      why: running.map(({ target, unit }) => `${unit}: ${target} is not active`).join("; "),
      remedy: byHand(`systemctl --user stop ${shellLine(names)}`),
    })
  })

/** `session-failed`: no unit of the session has failed. */
export const sessionFailed = (facts: Facts): Judged =>
  withSurvey("session-failed", facts, ({ session, units }) => {
    const id = "session-failed"
    // What ended with the last session is not wrong, and the next one forgets it.
    if (session.compositors.length === 0) {
      return skipped(id, "units that have failed were not counted", "no Sway or i3 is running")
    }
    const failed = units.filter(({ active_state }) => active_state === "failed").map(({ unit }) => unit)
    if (failed.length === 0) return ok(id, "no unit of the session has failed")
    return warning(id, {
      what: `${failed.join(", ")}: failed`,
      why: `the log says why: journalctl --user ${shellLine(failed.flatMap(unit => ["-u", unit]))}`,
      remedy: byHand(`systemctl --user restart ${shellLine(failed)}`),
    })
  })

const named = (target: TargetFacts) => {
  const project = projectOf(target)
  return `${target.unit} (${project})`
}

/** `session-projects`: which projects have session targets, and that only one of them runs. */
export const sessionProjects = ({ targets }: Facts): Judged => {
  const id = "session-projects"
  if (Either.isLeft(targets)) return skipped(id, "the targets were not checked", targets.left)
  const own = targets.right.find(({ unit }) => unit === TARGET)
  const active = targets.right.filter(target => target.active && target.unit !== TARGET)
  const others = active.filter(target => !isSessionManager(target))
  if (others.length > 0 && own?.active === true) {
    return warning(id, {
      what: `${others.map(named).join(", ")} runs at the same time as ${TARGET}`,
      why: "both are targets of the session: if one stops, services of the other keep running",
      remedy: byHand(`systemctl --user stop ${shellLine(others.map(({ unit }) => unit))}`),
    })
  }
  const managers = active.filter(isSessionManager).map(named)
  const beside = managers.length === 0 ? "" : `; ${managers.join(", ")} manages the session`
  return own === undefined || own.path === ""
    ? skipped(id, `there is no ${TARGET}${beside}`, "see units")
    : ok(id, `${TARGET} is ${projectOf(own)}'s${beside}`)
}
