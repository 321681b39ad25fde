/** The two operations `bind` and `unbind`, from the request to the reload of the manager. See `SessionBinding`. */
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { applyAll, loadRecord, revert, type UnitChanges } from "./apply.ts"
import type { BindingFailure, BindingServices } from "./BindingServices.ts"
import { remainingTies, tieProperties } from "./bindable.ts"
import type { Plan } from "./bindPlan.ts"
import { type FoundUnits, findUnits, fullNames, planUnits } from "./planUnits.ts"
import { SessionBindingError } from "./SessionBindingError.ts"

/** The result for one unit. `planned`: a dry run. `unchanged`: it was bound already. */
export interface Binding extends Plan {
  readonly status: "bound" | "unchanged" | "planned"
}

const statusOf = <S extends string>({ changes }: Pick<Plan, "changes">, status: S): S | "unchanged" =>
  changes.length === 0 ? "unchanged" : status

/** What `bind` would do. */
export const previewBinding = (
  services: BindingServices,
  typed: ReadonlyArray<string>,
): Effect.Effect<ReadonlyArray<Binding>, BindingFailure> =>
  fullNames(typed).pipe(
    Effect.flatMap(names => findUnits(services, names)),
    Effect.flatMap(found => planUnits(services, found)),
    Effect.map(plans => plans.map(plan => ({ ...plan, status: statusOf(plan, "planned") }))),
  )

/**
 * Undoes binds of these units that were killed before they were complete. True if there were any: look up the units again then.
 */
const revertHalfDone = ({ manager, state }: BindingServices, { found }: FoundUnits) =>
  Effect.gen(function* () {
    const records = yield* Effect.forEach(found, ({ unit }) => Effect.either(loadRecord(state, unit)))
    const halfDone = records.flatMap(loaded =>
      Either.isRight(loaded) && loaded.right?.integrity === "partial" ? [loaded.right.record] : [],
    )
    if (halfDone.length === 0) return false
    yield* Effect.forEach(halfDone, record => revert(state, record))
    yield* manager.reload
    return true
  })

/** The changes of a plan that no earlier bind has made. A unit without planned changes may have been edited since. */
const newChanges = (
  state: string,
  { changes, unit }: Plan,
): Effect.Effect<UnitChanges, Effect.Effect.Error<ReturnType<typeof loadRecord>>> =>
  Effect.gen(function* () {
    if (changes.length === 0) return { unit, earlier: [], changes }
    const earlier = (yield* loadRecord(state, unit))?.record.changes ?? []
    const known = new Set(earlier.map(({ path }) => path))
    return { unit, earlier, changes: changes.filter(({ path }) => !known.has(path)) }
  })

/** See `SessionBinding.bind`. The caller holds the write lock. */
export const bindUnits = (
  services: BindingServices,
  typed: ReadonlyArray<string>,
): Effect.Effect<ReadonlyArray<Binding>, BindingFailure> =>
  Effect.gen(function* () {
    const { manager, state } = services
    const names = yield* fullNames(typed)
    const first = yield* findUnits(services, names)
    const found = (yield* revertHalfDone(services, first)) ? yield* findUnits(services, names) : first
    const plans = yield* planUnits(services, found)
    const all = yield* Effect.forEach(plans, plan => newChanges(state, plan))
    const due = all.filter(({ changes }) => changes.length > 0)
    yield* applyAll(state, due)
    if (due.length > 0) yield* manager.reload
    const shown = yield* manager.show(
      due.map(({ unit }) => unit),
      tieProperties,
    )
    return plans.map((plan, index) => {
      const changes = plan.changes.filter(({ path }) => all[index]?.changes.some(change => change.path === path))
      const ties = shown.filter(({ Id }) => Id === plan.unit).flatMap(remainingTies)
      return { ...plan, changes, warnings: [...plan.warnings, ...ties], status: statusOf({ changes }, "bound") }
    })
  })

/** See `SessionBinding.unbind`. The caller holds the write lock. */
export const unbindUnits = (
  { manager, state }: BindingServices,
  typed: ReadonlyArray<string>,
): Effect.Effect<ReadonlyArray<string>, BindingFailure> =>
  Effect.gen(function* () {
    const names = yield* fullNames(typed)
    // Before anything is changed: it fails if there is no manager to reload.
    const shown = yield* manager.show(names, ["Id"])
    const records = yield* Effect.forEach(names, (name, index) =>
      Effect.gen(function* () {
        const loaded = (yield* loadRecord(state, name)) ?? (yield* loadRecord(state, shown[index]?.["Id"] ?? name))
        if (loaded !== undefined) return loaded.record
        const message = `${name} was not bound by i3pm: there is nothing to undo`
        return yield* new SessionBindingError({ reason: "NotBound", unit: name, path: undefined, message })
      }),
    )
    const distinct = [...new Map(records.map(record => [record.unit, record])).values()]
    yield* Effect.forEach(distinct, record => revert(state, record))
    if (distinct.length > 0) yield* manager.reload
    return distinct.map(({ unit }) => unit)
  })
