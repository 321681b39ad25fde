/** Finds problems of the session as a whole: the target or the daemon does not run, a unit has failed. Pure. */
import type { SettingProblem } from "../../settings/problems.ts"
import { unitNames } from "../../systemd/units/catalogue.ts"
import type { UnitProperties } from "../../systemd/units/properties.ts"
import { SESSION_TARGET } from "../binding/targets.ts"
import type { RunningCompositor } from "./compositors.ts"
import type { UnitReport } from "./relations.ts"

/** The session, as `i3pm diagnose session --json` prints it. */
export interface SessionState {
  /** The compositors of this user that listen now. */
  readonly compositors: ReadonlyArray<RunningCompositor>
  /** systemd's ActiveState of the session target, or its LoadState if it is not loaded, such as `not-found`. */
  readonly target_state: string
  /** The same for the daemon's unit. */
  readonly daemon_state: string
}

/** A problem, and the command that fixes it. */
export interface SessionProblem {
  readonly what: string
  readonly fix: string
}

const stateOf = (unit: UnitProperties | undefined): string => {
  const { ActiveState = "unknown", LoadState = "not-found" } = unit ?? {}
  return LoadState === "loaded" ? ActiveState : LoadState
}

/** The state of the session, from the properties of all units. */
export const sessionState = (
  compositors: ReadonlyArray<RunningCompositor>,
  units: ReadonlyArray<UnitProperties>,
): SessionState => ({
  compositors,
  target_state: stateOf(units.find(({ Id }) => Id === SESSION_TARGET)),
  daemon_state: stateOf(units.find(({ Id }) => Id === unitNames.daemon)),
})

const runs = (state: string) => state === "active" || state === "activating" || state === "reloading"

/** The target must run while Sway runs. i3 does not start it by default. */
const targetProblem = ({ compositors, target_state }: SessionState): ReadonlyArray<SessionProblem> => {
  const sway = compositors.find(({ name }) => name !== "i3")
  if (sway === undefined || runs(target_state)) return []
  const what = `${sway.name} runs, and ${SESSION_TARGET} is ${target_state}`
  return target_state === "not-found"
    ? [{ what, fix: "i3pm units install, then i3pm session install" }]
    : [{ what, fix: "i3pm session install; for the running sway: swaymsg exec i3pm session run" }]
}

/** `answers`: a process listens on the daemon's control socket, perhaps a daemon that was started by hand. */
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

/** All problems of the session as a whole. Without a compositor there is no session, and only failed units count. */
export const sessionProblems = (
  state: SessionState,
  reports: ReadonlyArray<UnitReport>,
  daemonAnswers: boolean,
): ReadonlyArray<SessionProblem> => [
  ...targetProblem(state),
  ...daemonProblem(state, daemonAnswers),
  ...failureProblems(reports),
]

/** Wrong settings: `session run` then uses the defaults, and the daemon does not start. */
export const settingsProblems = (problems: ReadonlyArray<SettingProblem>): ReadonlyArray<SessionProblem> =>
  problems.map(({ error, line }) => ({
    what: `the settings are wrong${line === undefined ? "" : `, line ${line}`}: ${error.message}`,
    fix: "i3pm doctor prints the command",
  }))
