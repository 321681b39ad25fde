/** What is not as it should be with the session as a whole, while a compositor runs. Pure. */

import { unitNames } from "../../systemd/units/catalogue.ts"
import type { UnitProperties } from "../../systemd/units/properties.ts"
import { SESSION_TARGET } from "../binding/targets.ts"
import type { RunningCompositor } from "./compositors.ts"
import type { UnitReport } from "./relations.ts"

/** The session, as `i3pm diagnose session --json` gives it. */
export interface SessionState {
  /** Compositors of this user that listen now. */
  readonly compositors: ReadonlyArray<RunningCompositor>
  /** systemd's ActiveState of the session target; `not-found` where it is not installed. */
  readonly target_state: string
  /** The same of the daemon's unit. */
  readonly daemon_state: string
}

/** Something that is wrong with the session, and what to do about it. */
export interface SessionProblem {
  readonly what: string
  readonly fix: string
}

const stateOf = (unit: UnitProperties | undefined): string => {
  const { ActiveState = "unknown", LoadState = "not-found" } = unit ?? {}
  return LoadState === "loaded" ? ActiveState : LoadState
}

/** The state, from the properties of all units. */
export const sessionState = (
  compositors: ReadonlyArray<RunningCompositor>,
  units: ReadonlyArray<UnitProperties>,
): SessionState => ({
  compositors,
  target_state: stateOf(units.find(({ Id }) => Id === SESSION_TARGET)),
  daemon_state: stateOf(units.find(({ Id }) => Id === unitNames.daemon)),
})

const runs = (state: string) => state === "active" || state === "activating" || state === "reloading"

/** Only Sway's own session: i3 has no line of i3pm's in its configuration by default. */
const targetProblem = ({ compositors, target_state }: SessionState): ReadonlyArray<SessionProblem> => {
  const sway = compositors.find(({ name }) => name !== "i3")
  if (sway === undefined || runs(target_state)) return []
  const what = `${sway.name} runs, and ${SESSION_TARGET} is ${target_state}`
  return target_state === "not-found"
    ? [{ what, fix: "i3pm units install, then i3pm session install" }]
    : [{ what, fix: "i3pm session install; for the sway that runs: swaymsg exec i3pm session run" }]
}

/** `answers`: somebody listens on the daemon's control socket, such as a daemon that was started by hand. */
const daemonProblem = ({ compositors, daemon_state }: SessionState, answers: boolean): ReadonlyArray<SessionProblem> =>
  compositors.length === 0 || answers || daemon_state === "not-found" || runs(daemon_state)
    ? []
    : [
        {
          what: `${unitNames.daemon} is ${daemon_state}`,
          fix:
            daemon_state === "masked"
              ? `systemctl --user unmask ${unitNames.daemon}`
              : `systemctl --user start ${unitNames.daemon}`,
        },
      ]

const failureProblems = (reports: ReadonlyArray<UnitReport>): ReadonlyArray<SessionProblem> =>
  reports
    .filter(({ active_state, unit }) => active_state === "failed" && unit !== unitNames.daemon)
    .map(({ unit }) => ({ what: `${unit} has failed`, fix: `systemctl --user status ${unit}` }))

/** All that is wrong with the session as a whole. Without a compositor there is none, and only failed units are told of. */
export const sessionProblems = (
  state: SessionState,
  reports: ReadonlyArray<UnitReport>,
  daemonAnswers: boolean,
): ReadonlyArray<SessionProblem> => [
  ...targetProblem(state),
  ...daemonProblem(state, daemonAnswers),
  ...failureProblems(reports),
]
