/** How each unit hangs on the two targets, and what is wrong with it. Pure. */
import { GRAPHICAL_TARGET, SESSION_TARGET } from "../binding/targets.ts"
import { type UnitProperties, unitsIn } from "../units/properties.ts"
import { evidenceOf, evidenceProperties } from "./evidence.ts"

const relationNames = {
  After: "after",
  PartOf: "part_of",
  BindsTo: "binds_to",
  Requisite: "requisite",
  Requires: "requires",
  Wants: "wants",
  WantedBy: "wanted_by",
  RequiredBy: "required_by",
  UpheldBy: "upheld_by",
} as const

/** How a unit depends on a target, or a target on it. */
export type Relation = (typeof relationNames)[keyof typeof relationNames]

/** The properties that {@link reportOf} and {@link runningWithout} read. */
export const surveyProperties: ReadonlyArray<string> = [
  ...evidenceProperties,
  ...Object.keys(relationNames),
  ...["LoadState", "ActiveState", "FragmentPath", "SourcePath", "UnitFileState"],
]

const targets = [GRAPHICAL_TARGET, SESSION_TARGET]

const relationsTo = (unit: UnitProperties, target: string): ReadonlyArray<Relation> =>
  Object.entries(relationNames).flatMap(([property, name]) => (unitsIn(unit, property).includes(target) ? [name] : []))

/**
 * A unit's properties with what the targets say of it: systemd forgets a target that is not up, and a unit that only a link
 * ties to it then does not know of that link.
 */
export const withTargets = (unit: UnitProperties, targets: ReadonlyArray<UnitProperties>): UnitProperties => {
  const naming = (property: string) =>
    targets.flatMap(target => (unitsIn(target, property).includes(unit["Id"] ?? "") ? [target["Id"] ?? ""] : []))
  return {
    ...unit,
    WantedBy: [...unitsIn(unit, "WantedBy"), ...naming("Wants")].join(" "),
    RequiredBy: [...unitsIn(unit, "RequiredBy"), ...naming("Requires")].join(" "),
  }
}

/** An order alone neither starts nor stops anything. */
const isTie = (relation: Relation) => relation !== "after"

/** With these the unit is meant to stop with the target, or not to be started without it. */
const belongs: ReadonlySet<Relation> = new Set(["part_of", "requisite", "binds_to"])

/**
 * `right`: on the session target. `wrong`: of Sway only, and on the target of every session. `mixed`: on both. `shared`:
 * nothing says that it is of Sway only, so it is where it belongs.
 */
export type Placing = "right" | "wrong" | "mixed" | "shared"

/** One unit, as `i3pm diagnose session --json` gives it. */
export interface UnitReport {
  readonly unit: string
  readonly description: string
  /** systemd's ActiveState. */
  readonly active_state: string
  readonly unit_file_state: string | null
  readonly fragment_path: string | null
  /** By target, the relations that there are. */
  readonly relations: Readonly<Record<string, ReadonlyArray<Relation>>>
  readonly sway_only: boolean
  /** Why it is taken to be of Sway only. */
  readonly evidence: ReadonlyArray<string>
  readonly placing: Placing
  readonly wrong: boolean
  /** What mends it. */
  readonly fix: string | null
}

const place = (
  inSession: ReadonlyArray<Relation>,
  graphical: ReadonlyArray<Relation>,
  isSwayOnly: boolean,
): Placing => {
  if (inSession.some(isTie)) return graphical.some(isTie) ? "mixed" : "right"
  if (graphical.length === 0) return "right"
  return isSwayOnly ? "wrong" : "shared"
}

const fixOf = (unit: string, { FragmentPath = "", SourcePath = "" }: UnitProperties) =>
  SourcePath.endsWith(".desktop") && FragmentPath.includes("/generator")
    ? `put OnlyShowIn=sway; into a copy of ${SourcePath} in ~/.config/autostart`
    : `i3pm session bind ${unit}`

/** Targets and slices are what others hang on; the rest is the kernel's or a program's own. */
const isConsidered = (unit: string) => /\.(?:service|socket|timer|path)$/.test(unit)

/** The report on one unit; `undefined` for one that has nothing to do with the targets. */
export const reportOf = (properties: UnitProperties): UnitReport | undefined => {
  const {
    ActiveState = "unknown",
    Description = "",
    FragmentPath = "",
    Id: unit = "",
    LoadState,
    UnitFileState = "",
  } = properties
  const [graphical = [], inSession = []] = targets.map(target => relationsTo(properties, target))
  if (!isConsidered(unit) || LoadState === "not-found" || graphical.length + inSession.length === 0) return undefined
  const reasons = evidenceOf(properties)
  const placing = place(inSession, graphical, reasons.length > 0)
  const wrong = placing === "wrong" || (placing === "mixed" && reasons.length > 0)
  const hangs = inSession.some(isTie)
  return {
    unit,
    description: Description,
    active_state: ActiveState,
    unit_file_state: UnitFileState === "" ? null : UnitFileState,
    fragment_path: FragmentPath === "" ? null : FragmentPath,
    relations: {
      ...(graphical.length > 0 && { [GRAPHICAL_TARGET]: graphical }),
      ...(inSession.length > 0 && { [SESSION_TARGET]: inSession }),
    },
    sway_only: reasons.length > 0 || placing === "right",
    evidence: hangs ? [...reasons, `it hangs on ${SESSION_TARGET}`] : reasons,
    placing,
    wrong,
    fix: wrong ? fixOf(unit, properties) : null,
  }
}

/** A unit that runs although the target that it belongs to is down. */
export interface RunningWithout {
  readonly unit: string
  readonly active_state: string
  readonly target: string
  readonly relations: ReadonlyArray<Relation>
}

const runs: ReadonlySet<string> = new Set(["active", "activating", "reloading"])

/** The units among the reports that run though each target that they belong to is down. */
export const runningWithout = (
  reports: ReadonlyArray<UnitReport>,
  stateOf: (target: string) => string | undefined,
): ReadonlyArray<RunningWithout> =>
  reports
    .filter(({ active_state }) => runs.has(active_state))
    .flatMap(({ active_state, relations, unit }) => {
      const own = targets.flatMap(target => {
        const binding = (relations[target] ?? []).filter(relation => belongs.has(relation))
        return binding.length === 0 ? [] : [{ unit, active_state, target, relations: binding }]
      })
      return own.some(({ target }) => runs.has(stateOf(target) ?? "")) ? [] : own
    })
