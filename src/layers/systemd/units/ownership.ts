/** Which of the files and links in the unit directory are i3pm's to change. */
import * as Effect from "effect/Effect"
import { allWantsLinks } from "./catalogue.ts"
import type { UnitFile } from "./UnitFile.ts"
import { type AtPath, examine, UnitStoreError } from "./unitStore.ts"

/** A unit file that may be written. */
export interface Planned {
  readonly path: string
  readonly text: string
  readonly state: AtPath
}

/** A link that may be made, or is there already. */
export interface PlannedLink {
  readonly path: string
  readonly target: string
  readonly isThere: boolean
}

const foreign = (path: string, message: string) =>
  new UnitStoreError({ reason: "Foreign", path, message, cause: undefined })

/** Who makes links in a unit directory can be told by where they point to. */
const linkMaker = (target: string) => {
  if (target === "/dev/null") return "the unit is masked: systemctl --user unmask takes the mask away"
  if (target.startsWith("/nix/store/")) return "home-manager made it: take the unit out of its configuration"
  return "whoever made it owns it: remove it there"
}

/** Why what is at the path of a unit is not i3pm's, or not any more; `undefined` for what is. */
const refusalOf = (path: string, state: AtPath): UnitStoreError | undefined => {
  switch (state.kind) {
    case "absent":
    case "ours":
      return undefined
    case "edited": {
      const message = `${path} was edited after i3pm wrote it: move it away, and put the changes into a drop-in (systemctl --user edit)`
      return new UnitStoreError({ reason: "Edited", path, message, cause: undefined })
    }
    case "foreign":
      return foreign(path, `${path} was not written by i3pm: move it away, or keep it and do without i3pm's`)
    case "link":
      return foreign(path, `${path} is a symbolic link to ${state.target}: ${linkMaker(state.target)}`)
    case "other":
      return foreign(path, `${path} is no file: move it away`)
  }
}

/** Fails where the file is not i3pm's to write. */
export const checkUnit = (path: string, text: string): Effect.Effect<Planned, UnitStoreError> =>
  Effect.flatMap(examine(path), state => {
    const refusal = refusalOf(path, state)
    return refusal === undefined ? Effect.succeed({ path, text, state }) : Effect.fail(refusal)
  })

/** Fails where something else than this link is at its path. */
export const checkLink = (path: string, target: string): Effect.Effect<PlannedLink, UnitStoreError> =>
  Effect.flatMap(examine(path), (state): Effect.Effect<PlannedLink, UnitStoreError> => {
    if (state.kind === "absent") return Effect.succeed({ path, target, isThere: false })
    if (state.kind === "link" && state.target === target) return Effect.succeed({ path, target, isThere: true })
    const what = state.kind === "link" ? `a symbolic link to ${state.target}` : "no symbolic link"
    return Effect.fail(foreign(path, `${path} is ${what}, where one to ${target} has to be: move it away`))
  })

/** What there is of one unit to take away. */
export interface Installed {
  readonly name: string
  /** True when there is something of i3pm's: then the unit is stopped, too. */
  readonly isOurs: boolean
  /** The unit file, if it is to be removed. */
  readonly file: string | undefined
  /** The links that are to be removed. */
  readonly links: ReadonlyArray<string>
  /** Why something is kept. */
  readonly problem: UnitStoreError | undefined
}

const keptNote = (problem: UnitStoreError, path: string) =>
  new UnitStoreError({
    reason: problem.reason,
    path,
    message: `${path} was edited after i3pm wrote it, so it is kept, stopped and disabled: remove it yourself`,
    cause: undefined,
  })

/** Of a file that somebody has edited the links are i3pm's still; of a foreign one they may be anybody's. */
export const judgeUnit = (directory: string, unit: UnitFile): Effect.Effect<Installed, UnitStoreError> =>
  Effect.gen(function* () {
    const path = `${directory}/${unit.name}`
    const state = yield* examine(path)
    const problem = refusalOf(path, state)
    if (problem?.reason === "Foreign") {
      return { name: unit.name, isOurs: false, file: undefined, links: [], problem }
    }
    const own = allWantsLinks({ command: ["/"], systemd: 0 }).flatMap(([link, name]) =>
      name === unit.name ? [link] : [],
    )
    const checked = yield* Effect.forEach(own, link => Effect.option(checkLink(`${directory}/${link}`, path)))
    const links = checked.flatMap(link => (link._tag === "Some" && link.value.isThere ? [link.value.path] : []))
    return {
      name: unit.name,
      isOurs: state.kind !== "absent" || links.length > 0,
      file: state.kind === "ours" ? path : undefined,
      links,
      problem: problem && keptNote(problem, path),
    }
  })
