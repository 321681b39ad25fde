/** Moves user units from `graphical-session.target` onto `sway-session.target`, and back to the byte. */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import { UserDirs } from "../../system/UserDirs.ts"
import { WriteLock, type WriteLockError } from "../../system/WriteLock.ts"
import { UserManager, type UserManagerError } from "../../systemd/UserManager.ts"
import { otherManager, unitPathWith } from "../../systemd/units/managed.ts"
import { runsCompositor } from "../survey/compositors.ts"
import { applyAll, load, revert, type Work } from "./apply.ts"
import { listRecords } from "./BoundRecord.ts"
import { type Place, type Plan, planUnit } from "./bindPlan.ts"
import { examine, examinedProperties, examineMaker, leftoverProperties, leftovers, nameOf } from "./examine.ts"
import type { PathError } from "./PathState.ts"
import { SessionBindingError } from "./SessionBindingError.ts"
import { SESSION_TARGET } from "./targets.ts"

/** What became of a unit: `planned` when nothing was to be changed, `unchanged` when nothing had to be. */
export interface Binding extends Plan {
  readonly status: "bound" | "unchanged" | "planned"
}

type BindingFailure = SessionBindingError | PathError | UserManagerError | WriteLockError

export class SessionBinding extends Context.Tag("i3pm/SessionBinding")<
  SessionBinding,
  {
    /**
     * Moves units, all of them or none, and reloads the manager. With `dryRun` nothing is changed. A name without a suffix
     * is a service; an alias stands for the unit it names.
     */
    readonly bind: (
      units: ReadonlyArray<string>,
      options: { readonly dryRun: boolean },
    ) => Effect.Effect<ReadonlyArray<Binding>, BindingFailure>
    /** Puts back what was there before, for all units or none, and reloads the manager. Gives the units' names. */
    readonly unbind: (units: ReadonlyArray<string>) => Effect.Effect<ReadonlyArray<string>, BindingFailure>
    /** What `bind` would do to one unit. */
    readonly plan: (unit: string) => Effect.Effect<Plan, BindingFailure>
    /** The units that are bound. */
    readonly bound: Effect.Effect<ReadonlyArray<string>>
  }
>() {}

export const make = Effect.gen(function* () {
  const manager = yield* UserManager
  const { state, units } = yield* UserDirs
  const lock = yield* WriteLock

  const namesOf = (typed: ReadonlyArray<string>) =>
    Effect.map(
      Effect.forEach(typed, name => nameOf(name)),
      names => [...new Set(names)],
    )

  const unitPath = Effect.provideService(unitPathWith(units), UserManager, manager).pipe(
    Effect.flatMap(paths =>
      paths === undefined
        ? new SessionBindingError({ reason: "OtherManager", unit: "", path: units, message: otherManager(units) })
        : Effect.succeed(paths),
    ),
  )

  /** Loaded units, each once, with the names they were asked for by. */
  const look = (names: ReadonlyArray<string>) =>
    Effect.gen(function* () {
      const shown = yield* manager.show([...names, SESSION_TARGET], examinedProperties)
      const byId = new Map<string, { readonly properties: (typeof shown)[number]; readonly aliases: Array<string> }>()
      for (const [index, name] of names.entries()) {
        const properties = yield* examine(name, shown[index] ?? { LoadState: "not-found" })
        const unit = properties["Id"] ?? name
        yield* examineMaker(properties, yield* manager.details(unit), yield* runsCompositor(unit))
        const known = byId.get(unit) ?? { properties, aliases: [] }
        if (unit !== name) known.aliases.push(name)
        byId.set(unit, known)
      }
      const hasTarget = shown[names.length]?.["LoadState"] === "loaded"
      return { found: [...byId.entries()].map(([unit, rest]) => ({ unit, ...rest })), hasTarget }
    })

  const madeDirectories = Effect.gen(function* () {
    const made = new Set<string>()
    for (const unit of yield* listRecords(state)) {
      const loaded = yield* Effect.orElseSucceed(load(state, unit), () => undefined)
      for (const { after, path } of loaded?.record.changes ?? []) if (after.kind === "directory") made.add(path)
    }
    return made
  })

  const noTarget = `there is no ${SESSION_TARGET} yet, and without it a bound unit does not start: i3pm units install makes it`

  const planAll = ({ found, hasTarget }: Effect.Effect.Success<ReturnType<typeof look>>) =>
    Effect.gen(function* () {
      const made = yield* madeDirectories
      const place: Place = { units, unitPath: yield* unitPath, made }
      const plans: Array<Plan> = []
      for (const { aliases, properties, unit } of found) {
        const plan = yield* planUnit(place, properties)
        for (const { after, path } of plan.changes) if (after.kind === "directory") made.add(path)
        const named = aliases.map(alias => `${alias} is another name of ${unit}, which is the one that is bound`)
        plans.push({ ...plan, warnings: [...named, ...plan.warnings, ...(hasTarget ? [] : [noTarget])] })
      }
      return plans
    })

  /** A unit that was edited and needs nothing is fine as it is. */
  const workOf = ({ changes, unit }: Plan): Effect.Effect<Work, SessionBindingError | PathError> =>
    Effect.gen(function* () {
      if (changes.length === 0) return { unit, earlier: [], changes }
      const earlier = (yield* load(state, unit))?.record.changes ?? []
      const known = new Set(earlier.map(({ path }) => path))
      return { unit, earlier, changes: changes.filter(({ path }) => !known.has(path)) }
    })

  const bind = (typed: ReadonlyArray<string>, { dryRun }: { readonly dryRun: boolean }) =>
    Effect.gen(function* () {
      const names = yield* namesOf(typed)
      let looked = yield* look(names)
      if (dryRun) return (yield* planAll(looked)).map(plan => ({ ...plan, status: statusOf(plan, "planned") }))

      const records = yield* Effect.forEach(looked.found, ({ unit }) => Effect.either(load(state, unit)))
      const halves = records.flatMap(loaded =>
        Either.isRight(loaded) && loaded.right?.integrity === "partial" ? [loaded.right.record] : [],
      )
      if (halves.length > 0) {
        yield* Effect.forEach(halves, record => revert(state, record))
        yield* manager.reload
        looked = yield* look(names)
      }
      const plans = yield* planAll(looked)
      const works = yield* Effect.forEach(plans, workOf)
      const due = works.filter(({ changes }) => changes.length > 0)
      yield* applyAll(state, due)
      if (due.length > 0) yield* manager.reload
      const shown = yield* manager.show(
        due.map(({ unit }) => unit),
        leftoverProperties,
      )
      return plans.map((plan, index) => {
        const changes = plan.changes.filter(({ path }) => works[index]?.changes.some(change => change.path === path))
        const left = shown.filter(({ Id }) => Id === plan.unit).flatMap(leftovers)
        return { ...plan, changes, warnings: [...plan.warnings, ...left], status: statusOf({ changes }, "bound") }
      })
    })

  const unbind = (typed: ReadonlyArray<string>) =>
    Effect.gen(function* () {
      const names = yield* namesOf(typed)
      // First of all, so that without a manager nothing is changed.
      const shown = yield* manager.show(names, ["Id"])
      const records = yield* Effect.forEach(names, (name, index) =>
        Effect.gen(function* () {
          const loaded = (yield* load(state, name)) ?? (yield* load(state, shown[index]?.["Id"] ?? name))
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

  return SessionBinding.of({
    bind: (typed, options) => (options.dryRun ? bind(typed, options) : lock.hold(bind(typed, options))),
    unbind: typed => lock.hold(unbind(typed)),
    plan: unit =>
      Effect.gen(function* () {
        const [plan] = yield* planAll(yield* look(yield* namesOf([unit])))
        return plan ?? { unit, changes: [], warnings: [] }
      }),
    bound: listRecords(state),
  })
})

const statusOf = <S extends string>({ changes }: Pick<Plan, "changes">, status: S): S | "unchanged" =>
  changes.length === 0 ? "unchanged" : status

export const layer: Layer.Layer<SessionBinding, never, UserManager | UserDirs | WriteLock> = Layer.effect(
  SessionBinding,
  make,
)
