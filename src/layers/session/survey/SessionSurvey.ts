/** Surveys the user's session: which units are on the wrong target, which variables are stale, what runs without its target. */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { settingProblems } from "../../settings/problems.ts"
import { KernelSockets } from "../../system/KernelSockets.ts"
import { RuntimeDir } from "../../system/RuntimeDir.ts"
import { UserManager, type UserManagerError } from "../../systemd/UserManager.ts"
import { unitNames } from "../../systemd/units/catalogue.ts"
import { type UnitProperties, unitsIn } from "../../systemd/units/properties.ts"
import { GRAPHICAL_TARGET, LOGIN_TARGET, SESSION_TARGET } from "../binding/targets.ts"
import { isTemplate } from "../binding/unitNames.ts"
import { isInstalled, runningCompositors, type SurveyContext } from "./compositors.ts"
import {
  isOfInterest,
  type RunningWithout,
  reportOf,
  runningWithout,
  type Surroundings,
  surveyProperties,
  type UnitReport,
  withReverse,
} from "./relations.ts"
import {
  type SessionProblem,
  type SessionState,
  sessionProblems,
  sessionState,
  settingsProblems,
} from "./sessionState.ts"
import { processLines } from "./unitProcesses.ts"
import { scriptTexts } from "./unitScripts.ts"
import { judgeVariables, type VariableReport } from "./variables.ts"

/** The result, as `i3pm diagnose session --json` prints it. */
export interface Survey {
  readonly units: ReadonlyArray<UnitReport>
  readonly variables: ReadonlyArray<VariableReport>
  readonly running_without_target: ReadonlyArray<RunningWithout>
  readonly session: SessionState
  readonly session_problems: ReadonlyArray<SessionProblem>
  /** The number of wrong units, stale variables, services that run without their target, and session problems, together. */
  readonly problems: number
}

/** Surveys the session for `diagnose session`. */
export class SessionSurvey extends Context.Tag("i3pm/SessionSurvey")<
  SessionSurvey,
  {
    /** Surveys the session once. It changes nothing. */
    readonly survey: Effect.Effect<Survey, UserManagerError>
  }
>() {}

/** Units whose details are queried at the same time. */
const concurrency = 8

const TARGETS = [GRAPHICAL_TARGET, SESSION_TARGET, LOGIN_TARGET]

/** A survey by these services. */
export const make = Effect.gen(function* () {
  const manager = yield* UserManager
  const kernel = yield* KernelSockets
  const { controlSocketPath } = yield* RuntimeDir
  const context = yield* Effect.context<SurveyContext>()

  /** Every unit that has a file, is loaded, or is wanted by a target. Templates are listed through their instances. */
  const showAll = Effect.gen(function* () {
    const asked = [manager.show(TARGETS, ["Id", "Wants", "Requires"]), manager.unitNames] as const
    const [targets, known] = yield* Effect.all(asked, { concurrency: "unbounded" })
    const wanted = targets.flatMap(target => [...unitsIn(target, "Wants"), ...unitsIn(target, "Requires")])
    const names = [...new Set([...TARGETS, unitNames.daemon, ...known, ...wanted])]
    const shown = yield* manager.show(
      names.filter(name => !isTemplate(name)),
      surveyProperties,
    )
    // Each once: systemctl shows an alias as the unit that it stands for.
    return withReverse([...new Map(shown.map(properties => [properties["Id"], properties])).values()])
  })

  const report = (units: ReadonlyArray<UnitProperties>, surroundings: Surroundings) =>
    Effect.forEach(
      units.filter(isOfInterest),
      properties =>
        Effect.gen(function* () {
          const details = yield* manager.details(properties["Id"] ?? "")
          const scripts = yield* scriptTexts(details.commands)
          const processes = processLines(properties["MainPID"])
          return reportOf(properties, { ...details, processes, scripts }, surroundings)
        }),
      { concurrency },
    ).pipe(Effect.map(reports => reports.flatMap(report => report ?? [])))

  const survey = Effect.gen(function* () {
    // At once: beside a stopped compositor each of these takes a second.
    const [compositors, all, variables] = yield* Effect.all(
      [
        Effect.provide(runningCompositors, context),
        showAll,
        Effect.flatMap(manager.environment, values => Effect.provide(judgeVariables(values), context)),
      ],
      { concurrency: "unbounded" },
    )
    const units = yield* report(all, {
      compositorUnits: new Set(compositors.flatMap(({ unit }) => unit ?? [])),
      hasCompositor: compositors.length > 0 || (yield* isInstalled),
    })
    const running = runningWithout(units, target => all.find(({ Id }) => Id === target)?.["ActiveState"])
    const session = sessionState(compositors, all)
    const daemonAnswers = Option.isSome((yield* kernel.at(controlSocketPath)).listener)
    const ofSession = sessionProblems(session, units, daemonAnswers)
    const session_problems = [...ofSession, ...settingsProblems(yield* settingProblems)]
    const wrong = [...units.filter(each => each.wrong), ...variables.filter(({ stale }) => stale)]
    const problems = wrong.length + running.length + session_problems.length
    return { units, variables, running_without_target: running, session, session_problems, problems }
  })

  return SessionSurvey.of({ survey })
})

/** The survey of this user's session. */
export const layer: Layer.Layer<SessionSurvey, never, UserManager | SurveyContext> = Layer.effect(SessionSurvey, make)
