import * as Command from "@effect/cli/Command"
import * as Effect from "effect/Effect"
import { SessionSurvey, type Survey } from "../../layers/SessionSurvey.ts"
import * as flags from "../flags.ts"
import { columns, ExitStatus, printResult } from "../output.ts"
import { survey } from "../sessionLayers.ts"

const targetName = (target: string) => target.replace(/\.target$/, "")

const relationsText = (relations: Survey["units"][number]["relations"]) =>
  Object.entries(relations)
    .map(([target, names]) => `${targetName(target)}: ${names.join(" ").replaceAll("_", "-")}`)
    .join("; ")

/** Short sections, each only where there is something to show. */
export const table = ({ problems, running_without_target: running, units, variables }: Survey): string => {
  const sections: Array<string> = []
  if (units.length > 0) {
    sections.push(
      columns([
        ["", "UNIT", "STATE", "PLACE", "HANGS ON", "WHY"],
        ...units.map(unit => [
          unit.wrong ? "!" : "",
          unit.unit,
          unit.active_state,
          unit.placing,
          relationsText(unit.relations),
          unit.evidence.join(", "),
        ]),
      ]),
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
  const fixes = units.flatMap(({ fix, unit }) => (fix === null ? [] : [`to mend ${unit}: ${fix}`]))
  if (fixes.length > 0) sections.push(fixes.join("\n"))
  sections.push(
    problems === 0 ? "All is well with the session." : `${problems} problem${problems === 1 ? "" : "s"} (!).`,
  )
  return sections.join("\n\n")
}

/** `i3pm diagnose session`. */
export const diagnoseSession = Command.make("session", { json: flags.json }, ({ json }) =>
  Effect.gen(function* () {
    const { look } = yield* SessionSurvey
    const found = yield* look
    yield* printResult(found, json, () => table(found))
    if (found.problems > 0) return yield* new ExitStatus({ status: 1 })
  }).pipe(Effect.provide(survey)),
).pipe(
  Command.withDescription(
    "Which user units hang on graphical-session.target or sway-session.target and which of them are on the wrong one, which " +
      "variables of the manager point at something dead, and what runs without its target. Exit status 1 when a problem " +
      "was found. Example: i3pm diagnose session --json | jq -r '.units[] | select(.wrong) | .fix'",
  ),
)
