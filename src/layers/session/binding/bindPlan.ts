/** Plans the changes that bind one unit to the session target. It reads files and changes none. */
import { basename, dirname } from "node:path"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { pathsIn } from "../../systemd/units/pathsIn.ts"
import { type UnitProperties, unitsIn } from "../../systemd/units/properties.ts"
import { rewriteDropIn, rewriteUnit } from "../../systemd/units/rewrite.ts"
import type { Change } from "./BoundRecord.ts"
import { absent, directory, file, isSame, link, PathError, type PathState, readText, stateOf } from "./PathState.ts"
import { SessionBindingError } from "./SessionBindingError.ts"
import { GRAPHICAL_TARGET, LOGIN_TARGET, SESSION_TARGET } from "./targets.ts"

const move = { from: GRAPHICAL_TARGET, to: SESSION_TARGET, early: [LOGIN_TARGET] }

/** The targets whose links must no longer start the unit. */
const oldTargets = [GRAPHICAL_TARGET, LOGIN_TARGET]

/** A change to make. */
export interface PlannedChange extends Change {
  /** The file that the new text is derived from, with its text. It may be another file than the changed one. */
  readonly source?: { readonly path: string; readonly text: string }
  /** True for a directory that another bound unit needs too. */
  readonly shared?: boolean
}

/** The changes for one unit, in the order to make them. */
export interface Plan {
  readonly unit: string
  readonly changes: ReadonlyArray<PlannedChange>
  /** Things that the user should know, one sentence each. */
  readonly warnings: ReadonlyArray<string>
}

/** What a plan depends on, beside the unit. */
export interface PlanContext {
  /** The user's own unit directory. Files in it win over those in most other directories (systemd.unit(5)). */
  readonly units: string
  /** All directories of the manager's unit path, the first one wins. */
  readonly unitPath: ReadonlyArray<string>
  /** Directories that i3pm has made for other units. Each unit's record lists them, so that the last unbind removes them. */
  readonly made: ReadonlySet<string>
}

/** The properties that {@link planUnit} reads. */
export const planProperties = ["Id", "Names", "FragmentPath", "DropInPaths"] as const

const NEW_FILE_MODE = 0o644

/** The suffixes of a target's link directories (systemd.unit(5)). */
const linkKinds = ["wants", "requires", "upholds"] as const

const masked = link("/dev/null")

const modeOf = (state: PathState) => (state.kind === "file" ? state.mode : NEW_FILE_MODE)

/** Collects the changes and warnings of one plan. */
class Draft {
  readonly changes: Array<PlannedChange> = []
  readonly warnings: Array<string> = []

  constructor(readonly context: PlanContext) {}

  /** Plans a directory and its missing parents. */
  makeDirectory(path: string): Effect.Effect<void, PathError> {
    return Effect.gen(this, function* () {
      if (this.changes.some(change => change.path === path)) return
      const shared = this.context.made.has(path)
      if (path === "/" || (!shared && (yield* stateOf(path)).kind !== "absent")) return
      yield* this.makeDirectory(dirname(path))
      this.changes.push({ path, before: absent, after: directory, shared })
    })
  }

  /** Plans a new state for a path, and the directory that it needs. */
  put(path: string, after: PathState, source?: PlannedChange["source"]): Effect.Effect<void, PathError> {
    return Effect.gen(this, function* () {
      const before = yield* stateOf(path)
      if (isSame(before, after)) return
      if (before.kind === "directory") {
        const message = `${path} is a directory, and a file or link is needed there: move it away`
        return yield* new PathError({ reason: "InTheWay", path, message, cause: undefined })
      }
      if (after.kind !== "absent") yield* this.makeDirectory(dirname(path))
      if (before.kind === "link" && before.target.startsWith("/nix/store/")) {
        this.warnings.push(
          `${path} is a link that Nix made, and the next switch may restore it: change your Nix configuration`,
        )
      }
      this.changes.push({ path, before, after, ...(source && { source }) })
    })
  }

  /** Plans a rewritten text, with the mode of the file that it replaces. */
  rewrite(path: string, rewritten: string, source: PlannedChange["source"]): Effect.Effect<void, PathError> {
    return Effect.flatMap(stateOf(path), before => this.put(path, file(rewritten, modeOf(before)), source))
  }
}

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

/** Rewrites the unit file in the user's directory, or puts a rewritten copy there. Gives the path of the file in use then. */
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

/** The plan for one loaded unit. `properties` are {@link planProperties}. */
export const planUnit = (
  context: PlanContext,
  properties: UnitProperties,
): Effect.Effect<Plan, PathError | SessionBindingError> =>
  Effect.gen(function* () {
    const { DropInPaths = "", FragmentPath = "", Id: unit = "" } = properties
    const draft = new Draft(context)
    const fragment = yield* moveFragment(draft, unit, FragmentPath)
    for (const path of pathsIn(DropInPaths)) yield* moveDropIn(draft, unit, path)
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
