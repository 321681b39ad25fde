/** Plans the changes that bind one unit to the session target. It reads files and changes none. */
import { basename, dirname } from "node:path"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { pathsIn } from "../../systemd/units/pathsIn.ts"
import { type UnitProperties, unitsIn } from "../../systemd/units/properties.ts"
import { additionsTo, rewriteDropIn, rewriteUnit } from "../../systemd/units/rewrite.ts"
import type { Change } from "./BoundRecord.ts"
import { Draft, NEW_FILE_MODE, type PlanContext, type PlannedChange } from "./Draft.ts"
import { absent, file, isSame, link, masked, PathError, readText, stateOf } from "./PathState.ts"
import { SessionBindingError } from "./SessionBindingError.ts"
import { GRAPHICAL_TARGET, LOGIN_TARGET, SESSION_TARGET } from "./targets.ts"

/** What `session bind` changes in a unit. */
export const move = { from: GRAPHICAL_TARGET, to: SESSION_TARGET, early: [LOGIN_TARGET] }

/** The targets whose links must no longer start the unit. */
const oldTargets = [GRAPHICAL_TARGET, LOGIN_TARGET]

/** The changes for one unit, in the order to make them. */
export interface Plan {
  readonly unit: string
  readonly changes: ReadonlyArray<PlannedChange>
  /** Things that the user should know, one sentence each. */
  readonly warnings: ReadonlyArray<string>
}

/** The properties that {@link planUnit} reads. */
export const planProperties = ["Id", "Names", "FragmentPath", "DropInPaths"] as const

/** The suffixes of a target's link directories (systemd.unit(5)). */
const linkKinds = ["wants", "requires", "upholds"] as const

/** The text of a file that the manager has loaded. */
const readExisting = (path: string) =>
  Effect.flatMap(
    readText(path),
    Option.match({
      onNone: () =>
        new PathError({ reason: "Other", path, message: `cannot read ${path}: no such file`, cause: undefined }),
      onSome: text => Effect.succeed(text),
    }),
  )

/** The name of our drop-in for a unit whose file stays as it is. */
const DROP_IN = "50-i3pm-session.conf"

/**
 * Rewrites the unit file in the user's directory. For a file elsewhere, such as a package's, a drop-in is written if it can do that,
 * so that later versions of the file have an effect; else a rewritten copy. Gives the path of the unit file in use then.
 */
const moveFragment = (draft: Draft, unit: string, fragment: string) =>
  Effect.gen(function* () {
    const text = yield* readExisting(fragment)
    const rewritten = rewriteUnit(text, move)
    const own = `${draft.context.units}/${unit}`
    if (own !== fragment && (yield* stateOf(own)).kind === "file") {
      const message = `${own} is newer than what the user manager has loaded: run systemctl --user daemon-reload first`
      return yield* new SessionBindingError({ reason: "Outdated", unit, path: own, message })
    }
    if (rewritten === text) return fragment
    const additions = own === fragment ? undefined : additionsTo(text, move)
    if (additions !== undefined) {
      const path = `${own}.d/${DROP_IN}`
      if (additions !== "") yield* draft.put(path, file(additions, NEW_FILE_MODE), { path, text: "" })
      return fragment
    }
    if (own !== fragment) {
      draft.warnings.push(
        `${own} is a copy of ${fragment}, since systemd cannot take a dependency away in a drop-in: later versions of that file have ` +
          `no effect until you unbind ${unit} and bind it again`,
      )
    }
    yield* draft.rewrite(own, rewritten, { path: fragment, text })
    return own
  })

/** Rewrites a drop-in. A copy of the same name in the unit's own drop-in directory replaces the original for this unit alone. */
const moveDropIn = (draft: Draft, unit: string, path: string) =>
  Effect.gen(function* () {
    const text = yield* readExisting(path)
    const rewritten = rewriteDropIn(text, move)
    if (rewritten === text) return
    const own = `${draft.context.units}/${unit}.d/${basename(path)}`
    yield* draft.rewrite(own, rewritten, { path, text })
    const isForOthers = basename(dirname(path)) !== `${unit}.d`
    if (isForOthers)
      draft.warnings.push(`${path} also applies to other units and is kept: ${own} replaces it for ${unit}`)
  })

/** Removes the links with which an old target starts the unit; links in other directories are masked. */
const unlinkFromTarget = (draft: Draft, target: string, name: string) =>
  Effect.gen(function* () {
    const { unitPath, units } = draft.context
    const ownAt = unitPath.indexOf(units)
    for (const kind of linkKinds) {
      const below = `${target}.${kind}/${name}`
      const own = `${units}/${below}`
      let isElsewhere = false
      for (const [at, other] of unitPath.entries()) {
        if (at === ownAt || (yield* Effect.orElseSucceed(stateOf(`${other}/${below}`), () => absent)).kind === "absent")
          continue
        if (at < ownAt) draft.warnings.push(`${other}/${below} takes precedence over your own units: remove it by hand`)
        else isElsewhere = true
      }
      const isMasked = isSame(yield* stateOf(own), masked)
      if (isElsewhere) yield* draft.put(own, masked)
      else if (!isMasked) yield* draft.put(own, absent)
    }
  })

const linkToTarget = (draft: Draft, unit: string, fragment: string) =>
  Effect.gen(function* () {
    const own = `${draft.context.units}/${SESSION_TARGET}.wants/${unit}`
    const present = yield* stateOf(own)
    // systemd looks only at the link's name, unless it is a mask.
    if (present.kind === "absent" || isSame(present, masked)) yield* draft.put(own, link(fragment))
  })

/** A path of the manager's, with the user's own directory spelled as it is here. */
const spelled = ({ spelling, units }: PlanContext, path: string) =>
  path.startsWith(`${spelling}/`) ? `${units}${path.slice(spelling.length)}` : path

/** The plan for one loaded unit. `properties` are {@link planProperties}. */
export const planUnit = (
  context: PlanContext,
  properties: UnitProperties,
): Effect.Effect<Plan, PathError | SessionBindingError> =>
  Effect.gen(function* () {
    const { DropInPaths = "", FragmentPath = "", Id: unit = "" } = properties
    const draft = new Draft(context)
    const fragment = yield* moveFragment(draft, unit, spelled(context, FragmentPath))
    for (const path of pathsIn(DropInPaths)) yield* moveDropIn(draft, unit, spelled(context, path))
    for (const name of new Set([unit, ...unitsIn(properties, "Names")])) {
      for (const target of oldTargets) yield* unlinkFromTarget(draft, target, name)
    }
    yield* linkToTarget(draft, unit, fragment)
    return { unit, changes: draft.changes, warnings: draft.warnings }
  })

/** The kind of a change, for the output. */
export type Action = "write" | "rewrite" | "replace" | "remove" | "mask" | "link" | "mkdir"

/** The kind of a change. `replace`: a file takes the place of a link. */
export const actionOf = ({ after, before }: Change): Action => {
  if (after.kind === "directory") return "mkdir"
  if (after.kind === "absent") return "remove"
  if (after.kind === "link") return isSame(after, masked) ? "mask" : "link"
  return before.kind === "file" ? "rewrite" : before.kind === "link" ? "replace" : "write"
}
