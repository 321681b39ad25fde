/** `i3pm diagnose session`: the survey as a table or as JSON. */
import * as Effect from "effect/Effect"
import { SessionSurvey, type Survey } from "../../../layers/session/survey/SessionSurvey.ts"
import { diagnoseSession as definition } from "../catalogue/diagnose.ts"
import { columns, ExitStatus, legend, printResult } from "../output/output.ts"
import { survey } from "../sessionLayers.ts"
import { on } from "../tree/handler.ts"

const targetName = (target: string) => target.replace(/\.target$/, "")

const relationsText = (relations: Survey["units"][number]["relations"]) =>
  Object.entries(relations)
    .map(([target, names]) => `${targetName(target)}: ${names.join(" ").replaceAll("_", "-")}`)
    .join("; ")

/** What the survey cannot see. */
const LIMIT =
  "Whether a unit is for Sway is told by its name, command, script and variables; bind one that this does not show: i3pm session bind UNIT."

/** The last line. Without a compositor there is no session, so that it cannot be in order. */
const conclusion = ({ problems, session }: Survey): string => {
  if (problems > 0) return `${problems} problem${problems === 1 ? "" : "s"} (!).`
  return session.compositors.length === 0
    ? "No Sway or i3 session runs; no problem was found in what is installed."
    : `No problem was found: units, variables, the session target and the daemon are as they should be. ${LIMIT}`
}

/** What the words of PLACE and RELATIONS mean; only those that are in the table are shown. */
const places: ReadonlyArray<readonly [word: string, meaning: string]> = [
  ["right", "bound to the session target, and to no other"],
  ["wrong", "for Sway only, but bound to another target"],
  ["mixed", "bound to the session target and to another"],
  ["shared", "bound to another target, and not for Sway only: leave it"],
]

const relationMeanings: ReadonlyArray<readonly [word: string, meaning: string]> = [
  ["after", "starts after it"],
  ["part-of", "stops with it"],
  ["requisite", "starts only while it is active"],
  ["binds-to", "starts it, and stops with it"],
  ["requires", "starts it"],
  ["wants", "starts it, if it can"],
  ["wanted-by", "is started by it"],
  ["required-by", "is started by it, which fails without"],
  ["upheld-by", "is started again by it"],
]

const placeLegend = (units: Survey["units"]) => {
  const used = new Set(units.flatMap(({ relations }) => Object.values(relations).flat()))
  return legend([
    ...places.filter(([word]) => units.some(({ placing }) => placing === word)),
    ...relationMeanings.filter(([word]) => [...used].some(relation => relation.replaceAll("_", "-") === word)),
  ])
}

/** Short sections, each only if there is something to show. */
export const table = (found: Survey): string => {
  const { running_without_target: running, session_problems, units, variables } = found
  const sections: Array<string> = []
  if (units.length > 0) {
    sections.push(
      columns([
        ["", "UNIT", "STATE", "PLACE", "RELATIONS", "WHY"],
        ...units.map(unit => [
          unit.wrong ? "!" : "",
          unit.unit,
          unit.active_state,
          unit.placing,
          relationsText(unit.relations),
          unit.evidence.join(", "),
        ]),
      ]),
      placeLegend(units),
    )
  }
  if (variables.length > 0) {
    sections.push(
      columns([
        ["", "VARIABLE", "VALUE", "REASON"],
        ...variables.map(({ name, reason, stale, value }) => [stale ? "!" : "", name, value, reason]),
      ]),
    )
  }
  if (running.length > 0) {
    sections.push(
      columns([
        ["", "RUNS WITHOUT ITS TARGET", "TARGET"],
        ...running.map(({ target, unit }) => ["!", unit, `${target} is not active`]),
      ]),
    )
  }
  if (session_problems.length > 0) {
    sections.push(
      columns([["", "SESSION", "WHAT TO DO"], ...session_problems.map(({ fix, what }) => ["!", what, fix])]),
    )
  }
  const fixes = units.flatMap(({ fix, unit }) => (fix === null ? [] : [`fix for ${unit}: ${fix}`]))
  if (fixes.length > 0) sections.push(fixes.join("\n"))
  sections.push(conclusion(found))
  return sections.join("\n\n")
}

/** `i3pm diagnose session`. */
export const diagnoseSession = on(definition, ({ json }) =>
  Effect.gen(function* () {
    const service = yield* SessionSurvey
    const found = yield* service.survey
    yield* printResult(found, json, () => table(found))
    if (found.problems > 0) return yield* new ExitStatus({ status: 1 })
  }).pipe(Effect.provide(survey)),
)
