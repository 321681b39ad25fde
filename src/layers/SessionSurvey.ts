/** Looks at the user's session: which units hang on which target, which variables are stale, who runs without a target. */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { GRAPHICAL_TARGET, SESSION_TARGET } from "./binding/targets.ts"
import { isTemplate } from "./binding/unitNames.ts"
import {
  type RunningWithout,
  reportOf,
  runningWithout,
  surveyProperties,
  type UnitReport,
  withTargets,
} from "./survey/relations.ts"
import { type JudgesNeeds, judgeVariables, type VariableReport } from "./survey/variables.ts"
import { UserManager, type UserManagerError } from "./UserManager.ts"
import { unitsIn } from "./units/properties.ts"

/** What was found, as `i3pm diagnose session --json` gives it. */
export interface Survey {
  readonly units: ReadonlyArray<UnitReport>
  readonly variables: ReadonlyArray<VariableReport>
  readonly running_without_target: ReadonlyArray<RunningWithout>
  /** Wrong units, stale variables and services that run without their target, together. */
  readonly problems: number
}

export class SessionSurvey extends Context.Tag("i3pm/SessionSurvey")<
  SessionSurvey,
  {
    /** One look. It changes nothing. */
    readonly look: Effect.Effect<Survey, UserManagerError>
  }
>() {}

export const make = Effect.gen(function* () {
  const manager = yield* UserManager
  const context = yield* Effect.context<JudgesNeeds>()

  const look = Effect.gen(function* () {
    const targets = yield* manager.show([GRAPHICAL_TARGET, SESSION_TARGET], ["Id", "ActiveState", "Wants", "Requires"])
    const wanted = targets.flatMap(target => [...unitsIn(target, "Wants"), ...unitsIn(target, "Requires")])
    // Of a template there is nothing to show but its instances, which are listed where they are loaded.
    const names = [...new Set([...(yield* manager.unitNames), ...wanted])].filter(name => !isTemplate(name))
    const shown = yield* manager.show(names, surveyProperties)
    const byName = new Map(shown.map(properties => [properties["Id"], withTargets(properties, targets)]))
    const units = [...byName.values()].flatMap(properties => reportOf(properties) ?? [])
    const running = runningWithout(units, target => targets.find(({ Id }) => Id === target)?.["ActiveState"])
    const variables = yield* Effect.provide(judgeVariables(yield* manager.environment), context)
    const problems =
      units.filter(({ wrong }) => wrong).length + variables.filter(({ stale }) => stale).length + running.length
    return { units, variables, running_without_target: running, problems }
  })

  return SessionSurvey.of({ look })
})

export const layer: Layer.Layer<SessionSurvey, never, UserManager | JudgesNeeds> = Layer.effect(SessionSurvey, make)
