/** Decides which unit is wrong: how each one depends on the targets, and which of them run without their target. Pure. */

import { shellWord } from "../../system/shellWords.ts"
import type { UnitDetails } from "../../systemd/unitDetails.ts"
import { unitNames } from "../../systemd/units/catalogue.ts"
import { type UnitProperties, unitsIn } from "../../systemd/units/properties.ts"
import { GRAPHICAL_TARGET, LOGIN_TARGET, SESSION_TARGET } from "../binding/targets.ts"
import { evidenceOf, evidenceProperties, sessionMaker } from "./evidence.ts"

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

/** How a unit depends on a target, or the target on the unit. */
export type Relation = (typeof relationNames)[keyof typeof relationNames]

/** The properties that {@link reportOf} and {@link runningWithout} read. */
export const surveyProperties: ReadonlyArray<string> = [
  ...new Set([
    ...evidenceProperties,
    ...Object.keys(relationNames),
    ...["LoadState", "ActiveState", "FragmentPath", "SourcePath", "UnitFileState", "MainPID"],
  ]),
]

const targets = [GRAPHICAL_TARGET, SESSION_TARGET]

const relationsTo = (unit: UnitProperties, target: string): ReadonlyArray<Relation> =>
  Object.entries(relationNames).flatMap(([property, name]) => (unitsIn(unit, property).includes(target) ? [name] : []))

/**
 * The units with `WantedBy` and `RequiredBy` completed from the other units' `Wants` and `Requires`. systemd unloads inactive
 * units, and then does not know the links to them.
 */
export const withReverse = (units: ReadonlyArray<UnitProperties>): ReadonlyArray<UnitProperties> => {
  const naming = (property: string) => {
    const by = new Map<string, Array<string>>()
    for (const unit of units) {
      for (const name of unitsIn(unit, property)) by.set(name, [...(by.get(name) ?? []), unit["Id"] ?? ""])
    }
    return by
  }
  const [wanted, required] = [naming("Wants"), naming("Requires")]
  const joined = (unit: UnitProperties, property: string, by: ReadonlyMap<string, ReadonlyArray<string>>) =>
    [...new Set([...unitsIn(unit, property), ...(by.get(unit["Id"] ?? "") ?? [])])].join(" ")
  return units.map(unit => ({
    ...unit,
    WantedBy: joined(unit, "WantedBy", wanted),
    RequiredBy: joined(unit, "RequiredBy", required),
  }))
}

/** False for `after`: ordering alone neither starts nor stops anything. */
const isTie = (relation: Relation) => relation !== "after"

/** With these the unit stops with the target, or cannot start without it. */
const stopsWithTarget: ReadonlySet<Relation> = new Set(["part_of", "requisite", "binds_to"])

/** How the unit is started at login, before there is a session. */
const startsAtLogin = (unit: UnitProperties): ReadonlyArray<Relation> =>
  relationsTo(unit, LOGIN_TARGET).filter(relation => /_by$/.test(relation))

/**
 * Where a unit is bound. `right`: to the session target. `wrong`: it is for Sway only, and bound to the target of every session
 * or started at login. `mixed`: both. `shared`: bound to the target of every session, and nothing says that it is for Sway
 * only.
 */
export type Placing = "right" | "wrong" | "mixed" | "shared"

/** One unit, as `i3pm diagnose session --json` prints it. */
export interface UnitReport {
  readonly unit: string
  readonly description: string
  /** systemd's ActiveState. */
  readonly active_state: string
  readonly unit_file_state: string | null
  readonly fragment_path: string | null
  /** The relations by target; targets without one are left out. */
  readonly relations: Readonly<Record<string, ReadonlyArray<Relation>>>
  readonly sway_only: boolean
  /** Why it is for Sway only, one clause each. */
  readonly evidence: ReadonlyArray<string>
  /** Why it is the unit that starts the session, and so cannot be bound to it; null for all others. */
  readonly makes_session: string | null
  readonly placing: Placing
  readonly wrong: boolean
  /** The command or the change that fixes it; null if nothing is wrong. */
  readonly fix: string | null
}

interface Relations {
  readonly inSession: ReadonlyArray<Relation>
  readonly graphical: ReadonlyArray<Relation>
  readonly atLogin: ReadonlyArray<Relation>
}

const place = ({ atLogin, graphical, inSession }: Relations, isSwayOnly: boolean): Placing => {
  const isElsewhere = graphical.some(isTie) || atLogin.length > 0
  if (inSession.some(isTie)) return isElsewhere ? "mixed" : "right"
  if (graphical.length + atLogin.length === 0) return "right"
  return isSwayOnly ? "wrong" : "shared"
}

const fixOf = (unit: string, { FragmentPath = "", SourcePath = "" }: UnitProperties) =>
  SourcePath.endsWith(".desktop") && FragmentPath.includes("/generator")
    ? `put OnlyShowIn=sway; into a copy of ${SourcePath} in ~/.config/autostart`
    : `i3pm session bind ${shellWord(unit)}`

/** True for units that a user can bind. Targets and slices group others; the rest is made by the kernel or by programs. */
const isBindable = (unit: string) => /\.(?:service|socket|timer|path)$/.test(unit)

/** True for i3pm's own units: `units install` and the Nix module decide where they are bound. */
const isOwn = (unit: string) => Object.values<string>(unitNames).includes(unit)

/** True for a unit that {@link reportOf} may report: one that is bound to a target, or started at login. */
export const isOfInterest = (unit: UnitProperties): boolean =>
  isBindable(unit["Id"] ?? "") &&
  unit["LoadState"] !== "not-found" &&
  (targets.some(target => relationsTo(unit, target).length > 0) || startsAtLogin(unit).length > 0)

/** What is known about the machine beside its units. */
export interface Surroundings {
  /** Units in which a compositor runs now. */
  readonly compositorUnits: ReadonlySet<string>
  /** False if neither Sway nor i3 runs or is installed: then no unit is for them. */
  readonly hasCompositor: boolean
}

/** A unit's details, the lines of what it runs now (`unitProcesses.ts`), and the texts of its scripts (`unitScripts.ts`). */
export interface SeenUnit extends UnitDetails {
  readonly processes: ReadonlyArray<string>
  readonly scripts: ReadonlyArray<string>
}

/** The report on one unit; `undefined` if it has nothing to do with the session. */
export const reportOf = (
  properties: UnitProperties,
  details: SeenUnit,
  { compositorUnits, hasCompositor }: Surroundings,
): UnitReport | undefined => {
  if (!isOfInterest(properties)) return undefined
  const { ActiveState = "unknown", FragmentPath = "", Id: unit = "", UnitFileState = "" } = properties
  const [graphical = [], inSession = []] = targets.map(target => relationsTo(properties, target))
  const maker = sessionMaker(properties, details, compositorUnits)
  const reasons = maker === undefined && hasCompositor && !isOwn(unit) ? evidenceOf(properties, details, details) : []
  const isBound = inSession.some(isTie)
  // Starting at login is only wrong for a unit that is for Sway: it is too early.
  const atLogin = isOwn(unit) || (reasons.length === 0 && !isBound) ? [] : startsAtLogin(properties)
  if (graphical.length + inSession.length + atLogin.length === 0) return undefined
  const placing = place({ inSession, graphical, atLogin }, reasons.length > 0)
  const wrong = placing === "wrong" || (placing === "mixed" && (reasons.length > 0 || atLogin.length > 0))
  return {
    unit,
    description: details.description,
    active_state: ActiveState,
    unit_file_state: UnitFileState === "" ? null : UnitFileState,
    fragment_path: FragmentPath === "" ? null : FragmentPath,
    relations: {
      ...(graphical.length > 0 && { [GRAPHICAL_TARGET]: graphical }),
      ...(inSession.length > 0 && { [SESSION_TARGET]: inSession }),
      ...(atLogin.length > 0 && { [LOGIN_TARGET]: atLogin }),
    },
    sway_only: reasons.length > 0 || placing === "right",
    evidence: isBound ? [...reasons, `it is bound to ${SESSION_TARGET}`] : reasons,
    makes_session: maker ?? null,
    placing,
    wrong,
    fix: wrong ? fixOf(unit, properties) : null,
  }
}

/** A unit that runs although its target is not active. */
export interface RunningWithout {
  readonly unit: string
  readonly active_state: string
  readonly target: string
  readonly relations: ReadonlyArray<Relation>
}

const runs: ReadonlySet<string> = new Set(["active", "activating", "reloading"])

/** The units that run although all targets that they should stop with are inactive. `stateOf` gives a target's ActiveState. */
export const runningWithout = (
  reports: ReadonlyArray<UnitReport>,
  stateOf: (target: string) => string | undefined,
): ReadonlyArray<RunningWithout> =>
  reports
    .filter(({ active_state }) => runs.has(active_state))
    .flatMap(({ active_state, relations, unit }) => {
      const own = targets.flatMap(target => {
        const binding = (relations[target] ?? []).filter(relation => stopsWithTarget.has(relation))
        return binding.length === 0 ? [] : [{ unit, active_state, target, relations: binding }]
      })
      return own.some(({ target }) => runs.has(stateOf(target) ?? "")) ? [] : own
    })
