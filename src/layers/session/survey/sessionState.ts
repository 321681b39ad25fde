/** Finds problems of the session as a whole: the target or the daemon does not run, a unit has failed. Pure. */
import { type SettingProblem, textOf } from "../../settings/problems.ts"
import { shellWord } from "../../system/shellWords.ts"
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

/** How the running compositor's session is started. */
const startSession = ({ compositors, target_state }: SessionState): string => {
  // `session install` changes sway's configuration only.
  if (compositors.every(({ name }) => name === "i3")) return "i3-msg exec i3pm session run"
  return target_state === "not-found"
    ? "i3pm units install, then i3pm session install"
    : "i3pm session install; for the running sway: swaymsg exec i3pm session run"
}

/** The target must run while Sway runs. i3 does not start it by default. */
const targetProblem = (state: SessionState): ReadonlyArray<SessionProblem> => {
  const sway = state.compositors.find(({ name }) => name !== "i3")
  if (sway === undefined || runs(state.target_state)) return []
  return [{ what: `${sway.name} runs, and ${SESSION_TARGET} is ${state.target_state}`, fix: startSession(state) }]
}

/** How the daemon is started. One that has `Requisite=` of the session target cannot start before it. */
const startDaemon = (state: SessionState, reports: ReadonlyArray<UnitReport>): string => {
  const { daemon_state, target_state } = state
  if (daemon_state === "masked") return `systemctl --user unmask ${unitNames.daemon}`
  const own = reports.find(({ unit }) => unit === unitNames.daemon)
  const needsTarget = own?.relations[SESSION_TARGET]?.includes("requisite") === true
  return needsTarget && !runs(target_state) ? startSession(state) : `systemctl --user start ${unitNames.daemon}`
}

/** `answers`: a process listens on the daemon's control socket, perhaps a daemon that was started by hand. */
const daemonProblem = (
  state: SessionState,
  reports: ReadonlyArray<UnitReport>,
  answers: boolean,
): ReadonlyArray<SessionProblem> => {
  const { compositors, daemon_state } = state
  if (compositors.length === 0 || answers || daemon_state === "not-found" || runs(daemon_state)) return []
  return [{ what: `${unitNames.daemon} is ${daemon_state}`, fix: startDaemon(state, reports) }]
}

/** Without a compositor its services fail, and the next session starts them again. */
const failureOf = ({ placing, unit }: UnitReport, hasCompositor: boolean): SessionProblem => {
  if (hasCompositor) return { what: `${unit} has failed`, fix: `systemctl --user status ${shellWord(unit)}` }
  const bind = placing === "right" ? "" : `; to end it with Sway instead: i3pm session bind ${shellWord(unit)}`
  return {
    what: `${unit} has failed, as is to be expected while no Sway or i3 runs`,
    fix: `nothing now: the next session starts it again${bind}`,
  }
}

const failureProblems = ({ compositors }: SessionState, reports: ReadonlyArray<UnitReport>) =>
  reports
    .filter(({ active_state, unit }) => active_state === "failed" && unit !== unitNames.daemon)
    .map(report => failureOf(report, compositors.length > 0))

/** All problems of the session as a whole. Without a compositor there is no session, and only failed units count. */
export const sessionProblems = (
  state: SessionState,
  reports: ReadonlyArray<UnitReport>,
  daemonAnswers: boolean,
): ReadonlyArray<SessionProblem> => [
  ...targetProblem(state),
  ...daemonProblem(state, reports, daemonAnswers),
  ...failureProblems(state, reports),
]

/** Wrong settings: `session run` then uses the defaults, and the daemon does not start. */
export const settingsProblems = (problems: ReadonlyArray<SettingProblem>): ReadonlyArray<SessionProblem> =>
  problems.map(problem => {
    const text = textOf(problem)
    return {
      what: `the settings are wrong${text.startsWith("line ") ? ", " : ": "}${text}`,
      fix: "i3pm doctor prints the command",
    }
  })
