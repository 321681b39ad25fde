/** Collects the changes of a plan: paths and their new states. It reads files and changes none. */
import { dirname } from "node:path"
import * as Effect from "effect/Effect"
import type { Change } from "./BoundRecord.ts"
import { absent, directory, file, isSame, PathError, type PathState, stateOf } from "./PathState.ts"

/** A change to make. */
export interface PlannedChange extends Change {
  /** The file that the new text is derived from, with its text. It may be another file than the changed one. */
  readonly source?: { readonly path: string; readonly text: string }
  /** True for a directory that another bound unit needs too. */
  readonly shared?: boolean
}

/** What a plan depends on, beside the unit. */
export interface PlanContext {
  /** The user's own unit directory. Files in it win over those in most other directories (systemd.unit(5)). */
  readonly units: string
  /** How the manager spells that directory. */
  readonly spelling: string
  /** All directories of the manager's unit path, the first one wins. */
  readonly unitPath: ReadonlyArray<string>
  /** Directories that i3pm has made for other units. Each unit's record lists them, so that the last unbind removes them. */
  readonly made: ReadonlySet<string>
}

/** The mode of a file that did not exist. */
export const NEW_FILE_MODE = 0o644

const modeOf = (state: PathState) => (state.kind === "file" ? state.mode : NEW_FILE_MODE)

/** Collects the changes and warnings of one plan. */
export class Draft {
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
