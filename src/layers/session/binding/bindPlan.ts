/** What has to be changed to move one unit onto the session target. It looks, it changes nothing. */
import { basename, dirname } from "node:path"
import * as Effect from "effect/Effect"
import { pathsIn } from "../../systemd/units/pathsIn.ts"
import { type UnitProperties, unitsIn } from "../../systemd/units/properties.ts"
import { rewriteDropIn, rewriteUnit } from "../../systemd/units/rewrite.ts"
import type { Change } from "./BoundRecord.ts"
import { absent, directory, file, isSame, link, PathError, type PathState, readBytes, stateOf } from "./PathState.ts"
import { SessionBindingError } from "./SessionBindingError.ts"
import { GRAPHICAL_TARGET, LOGIN_TARGET, SESSION_TARGET } from "./targets.ts"

const move = { from: GRAPHICAL_TARGET, to: SESSION_TARGET, early: [LOGIN_TARGET] }

/** The targets whose links no longer start the unit. */
const unlinked = [GRAPHICAL_TARGET, LOGIN_TARGET]

/** A change that is to be made. */
export interface PlannedChange extends Change {
  /** The text that was rewritten and the file it is from, which may be another one than the one that is changed. */
  readonly source?: { readonly path: string; readonly text: string }
  /** True for a directory that is there, since another unit needs it as well. */
  readonly shared?: boolean
}

/** The changes for one unit, in the order in which they have to be made. */
export interface Plan {
  readonly unit: string
  readonly changes: ReadonlyArray<PlannedChange>
  /** What a person should know, one sentence each. */
  readonly warnings: ReadonlyArray<string>
}

/** Where a plan is made. */
export interface Place {
  /** The user's own unit directory: what is in it comes before what is elsewhere. */
  readonly units: string
  /** All directories of the manager's unit path, in their order. */
  readonly unitPath: ReadonlyArray<string>
  /** Directories that i3pm made for other units: they are every such unit's, so that the last one unbound removes them. */
  readonly made: ReadonlySet<string>
}

/** The properties that {@link planUnit} reads. */
export const planProperties = ["Id", "Names", "FragmentPath", "DropInPaths"] as const

const NEW_FILE_MODE = 0o644

/** How a target's directories of links are called. */
const linkKinds = ["wants", "requires", "upholds"] as const

const masked = link("/dev/null")

const modeOf = (state: PathState) => (state.kind === "file" ? state.mode : NEW_FILE_MODE)

/** The changes so far, which later steps see as made. */
class Draft {
  readonly changes: Array<PlannedChange> = []
  readonly warnings: Array<string> = []

  constructor(readonly place: Place) {}

  /** The directory and those above it. */
  makeDirectory(path: string): Effect.Effect<void, PathError> {
    return Effect.gen(this, function* () {
      if (this.changes.some(change => change.path === path)) return
      const shared = this.place.made.has(path)
      if (path === "/" || (!shared && (yield* stateOf(path)).kind !== "absent")) return
      yield* this.makeDirectory(dirname(path))
      this.changes.push({ path, before: absent, after: directory, shared })
    })
  }

  put(path: string, after: PathState, source?: PlannedChange["source"]): Effect.Effect<void, PathError> {
    return Effect.gen(this, function* () {
      const before = yield* stateOf(path)
      if (isSame(before, after)) return
      if (before.kind === "directory") {
        const message = `${path} is a directory: move it away, something else has to go there`
        return yield* new PathError({ reason: "InTheWay", path, message, cause: undefined })
      }
      if (after.kind !== "absent") yield* this.makeDirectory(dirname(path))
      if (before.kind === "link" && before.target.startsWith("/nix/store/")) {
        this.warnings.push(
          `${path} is a link that Nix made: the next switch may put it back; change it in your configuration`,
        )
      }
      this.changes.push({ path, before, after, ...(source && { source }) })
    })
  }

  /** Puts a rewritten text, with the mode of the file that it replaces. */
  rewrite(path: string, rewritten: string, source: PlannedChange["source"]): Effect.Effect<void, PathError> {
    return Effect.flatMap(stateOf(path), before => this.put(path, file(rewritten, modeOf(before)), source))
  }
}

/** The unit itself: rewritten where it is, if that is the user's directory; else a copy that comes before it. */
const moveFragment = (draft: Draft, unit: string, fragment: string) =>
  Effect.gen(function* () {
    const text = yield* readBytes(fragment)
    const rewritten = rewriteUnit(text, move)
    const own = `${draft.place.units}/${unit}`
    if (own !== fragment && (yield* stateOf(own)).kind === "file") {
      const message = `${own} is newer than what the user manager has read: systemctl --user daemon-reload comes first`
      return yield* new SessionBindingError({ reason: "Outdated", unit, path: own, message })
    }
    if (rewritten === text) return fragment
    yield* draft.rewrite(own, rewritten, { path: fragment, text })
    return own
  })

/** A copy of the same name in the unit's own directory masks it for this unit alone, whichever units it is for. */
const moveDropIn = (draft: Draft, unit: string, path: string) =>
  Effect.gen(function* () {
    const text = yield* readBytes(path)
    const rewritten = rewriteDropIn(text, move)
    if (rewritten === text) return
    const own = `${draft.place.units}/${unit}.d/${basename(path)}`
    yield* draft.rewrite(own, rewritten, { path, text })
    const isForOthers = basename(dirname(path)) !== `${unit}.d`
    if (isForOthers)
      draft.warnings.push(`${path} is for other units, too, and stays: ${own} takes its place for ${unit}`)
  })

/** Links that make an old target want the unit. */
const unlinkFromTarget = (draft: Draft, target: string, name: string) =>
  Effect.gen(function* () {
    const { unitPath, units } = draft.place
    const ownAt = unitPath.indexOf(units)
    for (const kind of linkKinds) {
      const below = `${target}.${kind}/${name}`
      const own = `${units}/${below}`
      let isElsewhere = false
      for (const [at, other] of unitPath.entries()) {
        if (at === ownAt || (yield* Effect.orElseSucceed(stateOf(`${other}/${below}`), () => absent)).kind === "absent")
          continue
        if (at < ownAt) draft.warnings.push(`${other}/${below} comes before your own units: remove it by hand`)
        else isElsewhere = true
      }
      const isMasked = isSame(yield* stateOf(own), masked)
      if (isElsewhere) yield* draft.put(own, masked)
      else if (!isMasked) yield* draft.put(own, absent)
    }
  })

const linkToTarget = (draft: Draft, unit: string, fragment: string) =>
  Effect.gen(function* () {
    const own = `${draft.place.units}/${SESSION_TARGET}.wants/${unit}`
    const present = yield* stateOf(own)
    // Only the link's name counts, but for a mask.
    if (present.kind === "absent" || isSame(present, masked)) yield* draft.put(own, link(fragment))
  })

/** Plans for one loaded unit whose properties are {@link planProperties}. */
export const planUnit = (
  place: Place,
  properties: UnitProperties,
): Effect.Effect<Plan, PathError | SessionBindingError> =>
  Effect.gen(function* () {
    const { DropInPaths = "", FragmentPath = "", Id: unit = "" } = properties
    const draft = new Draft(place)
    const fragment = yield* moveFragment(draft, unit, FragmentPath)
    for (const path of pathsIn(DropInPaths)) yield* moveDropIn(draft, unit, path)
    for (const name of new Set([unit, ...unitsIn(properties, "Names")])) {
      for (const target of unlinked) yield* unlinkFromTarget(draft, target, name)
    }
    yield* linkToTarget(draft, unit, fragment)
    return { unit, changes: draft.changes, warnings: draft.warnings }
  })

/** What a change does, as a person would say it. */
export type Action = "write" | "rewrite" | "replace" | "remove" | "mask" | "link" | "mkdir"

/** Names a change. `replace`: a link makes way for a file. */
export const actionOf = ({ after, before }: Change): Action => {
  if (after.kind === "directory") return "mkdir"
  if (after.kind === "absent") return "remove"
  if (after.kind === "link") return isSame(after, masked) ? "mask" : "link"
  return before.kind === "file" ? "rewrite" : before.kind === "link" ? "replace" : "write"
}
