/** Finds the units that a user has named, and plans their changes. Nothing is changed. */
import * as Effect from "effect/Effect"
import { UserManager } from "../../systemd/UserManager.ts"
import { otherManager, unitPathWith } from "../../systemd/units/managed.ts"
import type { UnitProperties } from "../../systemd/units/properties.ts"
import { runsCompositor } from "../survey/compositors.ts"
import { loadRecord } from "./apply.ts"
import type { BindingFailure, BindingServices } from "./BindingServices.ts"
import { listRecords } from "./BoundRecord.ts"
import { bindableProperties, checkBindable, checkNotSessionMaker, nameOf } from "./bindable.ts"
import { type Plan, planUnit } from "./bindPlan.ts"
import type { PlanContext } from "./Draft.ts"
import { SessionBindingError } from "./SessionBindingError.ts"
import { SESSION_TARGET } from "./targets.ts"

/** A unit that can be bound, with its properties and the other names that it was asked for by. */
interface FoundUnit {
  readonly unit: string
  readonly properties: UnitProperties
  readonly aliases: ReadonlyArray<string>
}

/** The full names of what a user has typed, each once. */
export const fullNames = (typed: ReadonlyArray<string>): Effect.Effect<ReadonlyArray<string>, SessionBindingError> =>
  Effect.map(
    Effect.forEach(typed, name => nameOf(name)),
    names => [...new Set(names)],
  )

/** Units by their own names, each once; the names that are aliases go with their unit. */
const groupAliases = (
  named: ReadonlyArray<{ readonly name: string; readonly properties: UnitProperties }>,
): ReadonlyArray<FoundUnit> => {
  const byId = new Map<string, { readonly properties: UnitProperties; readonly aliases: Array<string> }>()
  for (const { name, properties } of named) {
    const unit = properties["Id"] ?? name
    const known = byId.get(unit) ?? { properties, aliases: [] }
    if (unit !== name) known.aliases.push(name)
    byId.set(unit, known)
  }
  return [...byId].map(([unit, rest]) => ({ unit, ...rest }))
}

/** Units that can be bound. `hasTarget`: the session target is installed. */
export interface FoundUnits {
  readonly found: ReadonlyArray<FoundUnit>
  readonly hasTarget: boolean
}

/** The units of these full names. Fails, for all of them, if one cannot be bound. */
export const findUnits = (
  { manager }: BindingServices,
  names: ReadonlyArray<string>,
): Effect.Effect<FoundUnits, BindingFailure> =>
  Effect.gen(function* () {
    const shown = yield* manager.show([...names, SESSION_TARGET], bindableProperties)
    const named = yield* Effect.forEach(names, (name, index) =>
      Effect.gen(function* () {
        const properties = yield* checkBindable(name, shown[index] ?? { LoadState: "not-found" })
        const unit = properties["Id"] ?? name
        yield* checkNotSessionMaker(properties, yield* manager.details(unit), yield* runsCompositor(unit))
        return { name, properties }
      }),
    )
    return { found: groupAliases(named), hasTarget: shown[names.length]?.["LoadState"] === "loaded" }
  })

/** The directories that the records say i3pm has made. Records that are not valid are skipped. */
const madeDirectories = (state: string) =>
  Effect.gen(function* () {
    const made = new Set<string>()
    for (const unit of yield* listRecords(state)) {
      const loaded = yield* Effect.orElseSucceed(loadRecord(state, unit), () => undefined)
      for (const { after, path } of loaded?.record.changes ?? []) if (after.kind === "directory") made.add(path)
    }
    return made
  })

/** The manager's unit path; fails if it does not look in the user's directory. */
const unitPathOf = ({ manager, units }: BindingServices) =>
  Effect.provideService(unitPathWith(units), UserManager, manager).pipe(
    Effect.flatMap(found =>
      found === undefined
        ? new SessionBindingError({ reason: "OtherManager", unit: "", path: units, message: otherManager(units) })
        : Effect.succeed(found),
    ),
  )

const noTarget = `${SESSION_TARGET} is not installed, and bound units do not start without it: run i3pm units install`

/** The plans for these units, in their order. */
export const planUnits = (
  services: BindingServices,
  { found, hasTarget }: FoundUnits,
): Effect.Effect<ReadonlyArray<Plan>, BindingFailure> =>
  Effect.gen(function* () {
    const made = yield* madeDirectories(services.state)
    const { paths, spelling } = yield* unitPathOf(services)
    const context: PlanContext = { units: services.units, spelling, unitPath: paths, made }
    const plans: Array<Plan> = []
    for (const { aliases, properties, unit } of found) {
      const plan = yield* planUnit(context, properties)
      for (const { after, path } of plan.changes) if (after.kind === "directory") made.add(path)
      const named = aliases.map(alias => `${alias} is another name of ${unit}, and ${unit} is bound`)
      plans.push({ ...plan, warnings: [...named, ...plan.warnings, ...(hasTarget ? [] : [noTarget])] })
    }
    return plans
  })
