/** Decides which files and links in the unit directory i3pm may change. */
import { existsSync } from "node:fs"
import { basename } from "node:path"
import * as Effect from "effect/Effect"
import { allWantsLinks } from "./catalogue.ts"
import type { UnitFile } from "./UnitFile.ts"
import { isInstance, isTemplate } from "./unitNames.ts"
import { namesIn, readUnitPath, type UnitPath, UnitStoreError } from "./unitStore.ts"

/** Where instances of the relay's template are enabled. */
const SOCKETS_WANTS = "sockets.target.wants"

/** A unit file that may be written. `state` is what is there now. */
export interface Planned {
  readonly path: string
  readonly text: string
  readonly state: UnitPath
}

/** A link that may be made, or exists already. `target` is what it points to. */
export interface PlannedLink {
  readonly path: string
  readonly target: string
  readonly isThere: boolean
  /** True for a link that is there and that `units install` made: it points to the file in the user's directory. */
  readonly isOurs: boolean
}

const foreign = (path: string, message: string) =>
  new UnitStoreError({ reason: "Foreign", path, message, cause: undefined })

/** What to do about a link, which depends on its target. */
const linkMaker = (target: string) => {
  if (target === "/dev/null") return "the unit is masked: run systemctl --user unmask"
  if (target.startsWith("/nix/store/")) return "home-manager made it: take the unit out of its configuration"
  return "remove it with the program that made it"
}

/** Why i3pm may not replace what is at the path of a unit; `undefined` if it may. */
const refusalOf = (path: string, state: UnitPath): UnitStoreError | undefined => {
  switch (state.kind) {
    case "absent":
    case "ours":
      return undefined
    case "edited": {
      const message = `${path} was edited after i3pm wrote it: move it away, and put your changes into a drop-in (systemctl --user edit)`
      return new UnitStoreError({ reason: "Edited", path, message, cause: undefined })
    }
    case "foreign":
      return foreign(path, `${path} was not written by i3pm: move it away, or keep it and do not install i3pm's`)
    case "link":
      return foreign(path, `${path} is a symbolic link to ${state.target}: ${linkMaker(state.target)}`)
    case "other":
      return foreign(path, `${path} is not a file: move it away`)
  }
}

/** Fails if i3pm may not write the file. */
export const checkUnit = (path: string, text: string): Effect.Effect<Planned, UnitStoreError> =>
  Effect.flatMap(readUnitPath(path), state => {
    const refusal = refusalOf(path, state)
    return refusal === undefined ? Effect.succeed({ path, text, state }) : Effect.fail(refusal)
  })

/**
 * Fails if something other than this link is at its path. A link to a unit of the same name elsewhere will do: `systemctl enable` makes such a
 * link to a package's unit, and systemd looks only at the name, unless the link is a mask.
 */
export const checkLink = (path: string, target: string): Effect.Effect<PlannedLink, UnitStoreError> =>
  Effect.flatMap(readUnitPath(path), (state): Effect.Effect<PlannedLink, UnitStoreError> => {
    if (state.kind === "absent") return Effect.succeed({ path, target, isThere: false, isOurs: false })
    if (state.kind === "link" && basename(state.target) === basename(target)) {
      return Effect.succeed({ path, target: state.target, isThere: true, isOurs: state.target === target })
    }
    const what = state.kind === "link" ? `a symbolic link to ${state.target}` : "not a symbolic link"
    return Effect.fail(foreign(path, `${path} is ${what}, but a link to ${target} is needed: move it away`))
  })

/** The links that enable a unit: those that `units install` makes; for a template those of its instances, by whoever made them. */
const linksOf = (directory: string, name: string): Effect.Effect<ReadonlyArray<string>, UnitStoreError> => {
  if (!isTemplate(name)) {
    return Effect.succeed(
      allWantsLinks({ command: ["/"], systemd: 0 }).flatMap(([link, unit]) => (unit === name ? [link] : [])),
    )
  }
  return Effect.map(namesIn(`${directory}/${SOCKETS_WANTS}`), names =>
    names.filter(each => isInstance(each, name)).map(each => `${SOCKETS_WANTS}/${each}`),
  )
}

/** The files and links of one unit that are to be removed. */
export interface Installed {
  readonly name: string
  /** True if i3pm made its file or a link to it; then the unit is stopped, too. */
  readonly isOurs: boolean
  /** The path of the unit file, if it is to be removed. */
  readonly file: string | undefined
  /** The paths of the links to remove. */
  readonly links: ReadonlyArray<string>
  /** Why something is kept, if something is. */
  readonly problem: UnitStoreError | undefined
}

const keptNote = (problem: UnitStoreError, path: string) =>
  new UnitStoreError({
    reason: problem.reason,
    path,
    message: `${path} was edited after i3pm wrote it, so it is kept, stopped and disabled: remove it yourself`,
    cause: undefined,
  })

/**
 * What an uninstall removes of a unit. An edited file is kept, and its links are removed. A file that i3pm did not write is
 * kept with its links.
 */
export const judgeUnit = (directory: string, unit: UnitFile): Effect.Effect<Installed, UnitStoreError> =>
  Effect.gen(function* () {
    const path = `${directory}/${unit.name}`
    const state = yield* readUnitPath(path)
    const problem = refusalOf(path, state)
    if (problem?.reason === "Foreign") {
      return { name: unit.name, isOurs: false, file: undefined, links: [], problem }
    }
    const own = yield* linksOf(directory, unit.name)
    const checked = yield* Effect.forEach(own, link => Effect.option(checkLink(`${directory}/${link}`, path)))
    // A link to a package's unit stays while there is that unit.
    const links = checked.flatMap(link =>
      link._tag === "Some" && link.value.isThere && (link.value.isOurs || !existsSync(link.value.target))
        ? [link.value.path]
        : [],
    )
    return {
      name: unit.name,
      isOurs: state.kind !== "absent" || links.length > 0,
      file: state.kind === "ours" ? path : undefined,
      links,
      problem: problem && keptNote(problem, path),
    }
  })
