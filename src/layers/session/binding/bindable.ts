/** Decides whether a unit can be bound, from its name and from its properties. Pure. */
import * as Either from "effect/Either"
import { shellLine, shellWord } from "../../system/shellWords.ts"
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

/** The full name of a unit: `.service` is added if there is no suffix. */
export const nameOf = (typed: string): Either.Either<string, SessionBindingError> => {
  const unit = fullName(typed)
  if (!isUnitName(unit)) {
    return refuse(
      "InvalidName",
      typed,
      `${JSON.stringify(typed)} is not a unit name: use the name that systemctl shows`,
    )
  }
  if (unit === GRAPHICAL_TARGET || unit === SESSION_TARGET) {
    return refuse("InvalidName", unit, `${unit} is a target, and units are bound to it: name the units`)
  }
  if (isTemplate(unit)) {
    const instance = unit.replace("@.", "@NAME.")
    return refuse("Template", unit, `${unit} is a template: name an instance, such as ${instance}`)
  }
  return Either.right(unit)
}

/** The properties that {@link checkBindable} and a plan read. */
export const bindableProperties: ReadonlyArray<string> = [
  ...new Set([...planProperties, ...evidenceProperties, "LoadState", "SourcePath", "Transient"]),
]

/** True for a unit file that does not last: those of generators, transient units, and all others in `/run`. A change would be lost. */
const isTemporary = (path: string) =>
  path.startsWith("/run/") || /\/systemd\/(?:transient|user\.control|generator(?:\.early|\.late)?)\//.test(path)

/** Succeeds with the properties if the unit has a file that can be rewritten or copied. The error says what to do instead. */
export const checkBindable = (
  name: string,
  properties: UnitProperties,
): Either.Either<UnitProperties, SessionBindingError> => {
  const { FragmentPath = "", Id: unit = name, LoadState, SourcePath = "", Transient } = properties
  if (LoadState === "not-found") {
    return refuse("NoSuchUnit", unit, `there is no user unit ${unit}: see systemctl --user list-unit-files`)
  }
  if (LoadState === "masked") {
    return refuse(
      "Masked",
      unit,
      `${unit} is masked: run systemctl --user unmask ${shellWord(unit)} first`,
      FragmentPath,
    )
  }
  if (LoadState !== "loaded") {
    const message = `systemd cannot load ${unit} (${LoadState}): see systemctl --user status ${shellWord(unit)}`
    return refuse("Broken", unit, message, FragmentPath)
  }
  if (Transient === "yes" || isTemporary(FragmentPath)) {
    const source = SourcePath === "" ? "the program that starts it" : SourcePath
    const message = `${unit} has a temporary file, which is made anew: change its source instead, ${source}`
    return refuse("Generated", unit, message, SourcePath === "" ? FragmentPath : SourcePath)
  }
  if (FragmentPath === "") return refuse("NoFile", unit, `${unit} has no unit file to change`)
  return Either.right(properties)
}

/** Refuses a unit that starts the session: it cannot be part of what it starts. */
export const checkNotSessionMaker = (
  properties: UnitProperties,
  details: UnitDetails,
  runsCompositor: boolean,
): Either.Either<UnitProperties, SessionBindingError> => {
  const { FragmentPath, Id: unit = "" } = properties
  const why = sessionMaker(properties, details, new Set(runsCompositor ? [unit] : []))
  if (why === undefined) return Either.right(properties)
  const message =
    `${unit} starts the session (${why}): bound to ${SESSION_TARGET} it would wait for that session, ` +
    "and the compositor would never start"
  return refuse("MakesSession", unit, message, FragmentPath)
}

const relations = ["PartOf", "Requisite", "After", "BindsTo", "Requires", "Wants", "WantedBy", "RequiredBy"] as const

/** The properties that {@link remainingTies} reads. */
export const tieProperties: ReadonlyArray<string> = ["Id", ...relations]

/** A warning for a bound unit that still depends on the old target; empty if it does not. */
export const remainingTies = (properties: UnitProperties): ReadonlyArray<string> => {
  const left = relations.filter(relation => unitsIn(properties, relation).includes(GRAPHICAL_TARGET))
  return left.length === 0
    ? []
    : [
        `${properties["Id"]} still has ${GRAPHICAL_TARGET} in ${left.join(", ")}: ` +
          `systemctl --user cat ${shellLine([properties["Id"] ?? "", GRAPHICAL_TARGET])} shows why`,
      ]
}
