/** Which units can be bound, by their names and by what the manager says of them. Pure. */
import * as Either from "effect/Either"
import type { UnitDetails } from "../../systemd/unitDetails.ts"
import { type UnitProperties, unitsIn } from "../../systemd/units/properties.ts"
import { evidenceProperties, sessionMaker } from "../survey/evidence.ts"
import { planProperties } from "./bindPlan.ts"
import { SessionBindingError } from "./SessionBindingError.ts"
import { GRAPHICAL_TARGET, SESSION_TARGET } from "./targets.ts"
import { fullName, isTemplate, isUnitName } from "./unitNames.ts"

type Reason = SessionBindingError["reason"]

const refuse = (reason: Reason, unit: string, message: string, path?: string) =>
  Either.left(new SessionBindingError({ reason, unit, path, message }))

/** The whole name of a unit, as it was typed or with `.service`. */
export const nameOf = (typed: string): Either.Either<string, SessionBindingError> => {
  const unit = fullName(typed)
  if (!isUnitName(unit)) {
    return refuse(
      "InvalidName",
      typed,
      `${JSON.stringify(typed)} is not the name of a unit: give it as systemctl shows it`,
    )
  }
  if (unit === GRAPHICAL_TARGET || unit === SESSION_TARGET) {
    return refuse("InvalidName", unit, `${unit} is a target that units are bound to: name the units themselves`)
  }
  if (isTemplate(unit)) {
    const instance = unit.replace("@.", "@NAME.")
    return refuse("Template", unit, `${unit} is a template: name the instance that runs, such as ${instance}`)
  }
  return Either.right(unit)
}

/** The properties that {@link examine} and a plan read. */
export const examinedProperties: ReadonlyArray<string> = [
  ...new Set([...planProperties, ...evidenceProperties, "LoadState", "SourcePath", "Transient"]),
]

/** Where systemd and its generators make units, and `systemctl edit --runtime` does: nothing there is meant to stay. */
const isMadeAnew = (path: string) =>
  path.startsWith("/run/") || /\/systemd\/(?:transient|user\.control|generator(?:\.early|\.late)?)\//.test(path)

/** True for a unit whose file can be rewritten or copied; what can not says why, and what to do instead. */
export const examine = (
  name: string,
  properties: UnitProperties,
): Either.Either<UnitProperties, SessionBindingError> => {
  const { FragmentPath = "", Id: unit = name, LoadState, SourcePath = "", Transient } = properties
  if (LoadState === "not-found") {
    return refuse(
      "NoSuchUnit",
      unit,
      `there is no user unit ${unit}: systemctl --user list-unit-files lists those that are`,
    )
  }
  if (LoadState === "masked") {
    return refuse("Masked", unit, `${unit} is masked: systemctl --user unmask ${unit} comes first`, FragmentPath)
  }
  if (LoadState !== "loaded") {
    const message = `systemd can not load ${unit} (${LoadState}): systemctl --user status ${unit} says why`
    return refuse("Broken", unit, message, FragmentPath)
  }
  if (Transient === "yes" || isMadeAnew(FragmentPath)) {
    const source = SourcePath === "" ? "the program that starts it" : SourcePath
    const message = `${unit} is made anew each time: change what it is made from, ${source}`
    return refuse("Generated", unit, message, SourcePath === "" ? FragmentPath : SourcePath)
  }
  if (FragmentPath === "") return refuse("NoFile", unit, `${unit} has no file that could be changed`)
  return Either.right(properties)
}

/** Refuses the unit that makes the session: it cannot belong to what it starts. */
export const examineMaker = (
  properties: UnitProperties,
  details: UnitDetails,
  runsCompositor: boolean,
): Either.Either<UnitProperties, SessionBindingError> => {
  const { FragmentPath, Id: unit = "" } = properties
  const why = sessionMaker(properties, details, new Set(runsCompositor ? [unit] : []))
  if (why === undefined) return Either.right(properties)
  const message =
    `${unit} makes the session (${why}): on ${SESSION_TARGET} it would wait for the session that it starts, ` +
    "and the compositor would never start"
  return refuse("MakesSession", unit, message, FragmentPath)
}

const relations = ["PartOf", "Requisite", "After", "BindsTo", "Requires", "Wants", "WantedBy", "RequiredBy"] as const

/** The properties that {@link leftovers} reads. */
export const leftoverProperties: ReadonlyArray<string> = ["Id", ...relations]

/** What still ties a unit to the old target after it was bound, as a sentence. */
export const leftovers = (properties: UnitProperties): ReadonlyArray<string> => {
  const left = relations.filter(relation => unitsIn(properties, relation).includes(GRAPHICAL_TARGET))
  return left.length === 0
    ? []
    : [
        `${properties["Id"]} still has ${GRAPHICAL_TARGET} in ${left.join(", ")}: ` +
          `systemctl --user cat ${properties["Id"]} ${GRAPHICAL_TARGET} shows where from`,
      ]
}
