/** Decides which unit files and links an install writes, and what is in its way. Nothing is changed. */
import { dirname } from "node:path"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { UserManager, type UserManagerError } from "../UserManager.ts"
import {
  allWantsLinks,
  type CatalogueOptions,
  catalogue,
  type DaemonLifetime,
  unitNames,
  wantsLinks,
} from "./catalogue.ts"
import { ifManaged, isSamePath } from "./managed.ts"
import { mark } from "./marker.ts"
import { checkLink, checkUnit, type Planned, type PlannedLink } from "./ownership.ts"
import type { UnitProperties } from "./properties.ts"
import { render } from "./UnitFile.ts"
import { readUnitPath, UnitStoreError } from "./unitStore.ts"

/** Why a session target that i3pm did not write cannot be used, as a predicate; `undefined` if it can. */
export const objectionTo = ({ CanStart, LoadState, RefuseManualStart }: UnitProperties): string | undefined => {
  if (LoadState === "masked") return "is masked"
  if (LoadState !== "loaded") return `cannot be loaded (${LoadState ?? "unknown"})`
  if (RefuseManualStart === "yes" || CanStart === "no") return "cannot be started (RefuseManualStart=yes)"
  return undefined
}

const targetProperties = ["LoadState", "FragmentPath", "CanStart", "RefuseManualStart"]

/**
 * A session target that exists and is not i3pm's: sway's wiki, home-manager and distributions have one. `path` is its file,
 * `objection` why it cannot be used. `undefined` if there is none.
 */
const foreignTarget = (directory: string) =>
  Effect.gen(function* () {
    const manager = yield* UserManager
    const own = `${directory}/${unitNames.sessionTarget}`
    const here = yield* readUnitPath(own)
    if (here.kind === "ours" || here.kind === "edited" || here.kind === "other") return undefined
    const isMasked = here.kind === "link" && here.target === "/dev/null"
    if (isMasked) return undefined
    const shown = yield* ifManaged(manager.show([unitNames.sessionTarget], targetProperties))
    const [properties = {}] = shown ?? []
    const { FragmentPath = "", LoadState } = properties
    if (here.kind === "absent" && (FragmentPath === "" || isSamePath(dirname(FragmentPath), directory)))
      return undefined
    // If the manager does not run, or has not loaded the file yet, the target is taken as usable.
    const isKnown = shown !== undefined && LoadState !== undefined && LoadState !== "not-found"
    return {
      path: here.kind === "absent" ? FragmentPath : own,
      objection: isKnown ? objectionTo(properties) : undefined,
    }
  })

/** What an install writes. If there are `refusals` it must not write anything. */
export interface InstallPlan {
  readonly files: ReadonlyArray<Planned>
  readonly links: ReadonlyArray<PlannedLink>
  /** Links to remove: those of another daemon lifetime that was installed before. */
  readonly obsoleteLinks: ReadonlyArray<string>
  /** Everything that is in the way. */
  readonly refusals: ReadonlyArray<UnitStoreError>
  /** The path of a session target that i3pm did not write. It is used instead of ours. */
  readonly usedTarget: string | undefined
}

/** The enabling links that exist although the chosen units do not have them. */
const obsoleteLinks = (directory: string, options: CatalogueOptions, links: ReadonlyArray<PlannedLink>) =>
  Effect.filter(
    allWantsLinks(options).filter(([link]) => links.every(({ path }) => path !== `${directory}/${link}`)),
    ([link, name]) =>
      Effect.map(
        Effect.option(checkLink(`${directory}/${link}`, `${directory}/${name}`)),
        Option.exists(({ isOurs }) => isOurs),
      ),
  ).pipe(Effect.map(found => found.map(([link]) => `${directory}/${link}`)))

/** The plan for the units of these options in the user's unit directory. */
export const planInstall = (
  directory: string,
  options: CatalogueOptions,
): Effect.Effect<InstallPlan, UnitStoreError | UserManagerError, UserManager> =>
  Effect.gen(function* () {
    const target = yield* foreignTarget(directory)
    const units = catalogue(options).filter(({ name }) => target === undefined || name !== unitNames.sessionTarget)
    const [refusedFiles, files] = yield* Effect.partition(units, unit =>
      checkUnit(`${directory}/${unit.name}`, mark(render(unit))),
    )
    const [refusedLinks, links] = yield* Effect.partition(
      units.flatMap(unit => wantsLinks(unit).map(link => [link, unit.name] as const)),
      ([link, name]) => checkLink(`${directory}/${link}`, `${directory}/${name}`),
    )
    const unusable =
      target?.objection === undefined
        ? []
        : [
            new UnitStoreError({
              reason: "Foreign",
              path: target.path,
              message: `${target.path} exists already and ${target.objection}: fix it or move it away`,
              cause: undefined,
            }),
          ]
    return {
      files,
      links,
      obsoleteLinks: yield* obsoleteLinks(directory, options, links),
      refusals: [...refusedFiles, ...refusedLinks, ...unusable],
      usedTarget: target?.path,
    }
  })

/** The daemon lifetime that is installed now, told by the daemon's link; `session` if nothing is installed. */
export const installedLifetime = (directory: string): Effect.Effect<DaemonLifetime, UnitStoreError> =>
  Effect.map(readUnitPath(`${directory}/default.target.wants/${unitNames.daemon}`), ({ kind }) =>
    kind === "link" ? "manager" : "session",
  )
