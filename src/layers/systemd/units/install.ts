/** Writes the units, enables them, and starts what is to run now. */
import { dirname } from "node:path"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { UserDirs } from "../../system/UserDirs.ts"
import { UserManager, type UserManagerError } from "../UserManager.ts"
import {
  allWantsLinks,
  type CatalogueOptions,
  catalogue,
  type DaemonLifetime,
  unitNames,
  wantsLinks,
} from "./catalogue.ts"
import { ifManaged, JOB_DEADLINE, statesOf } from "./managed.ts"
import { mark } from "./marker.ts"
import { checkLink, checkUnit, type Planned, type PlannedLink } from "./ownership.ts"
import type { UnitProperties } from "./properties.ts"
import { checkManager, failure, type Step, UnitInstallError } from "./steps.ts"
import { isProgramPath, render, type UnitFile } from "./UnitFile.ts"
import {
  examine,
  makeDirectory,
  makeLink,
  removeFile,
  removeIfEmpty,
  replaceFile,
  UnitStoreError,
} from "./unitStore.ts"

/** What the caller has to say about the units. */
export type InstallOptions = Omit<CatalogueOptions, "systemd" | "sessionTarget">

type Say = (step: Step) => void

/** Why a session target of somebody else's cannot be used; `undefined` for one that can. */
const objectionTo = ({ CanStart, LoadState, RefuseManualStart }: UnitProperties) => {
  if (LoadState === "masked") return "is masked"
  if (LoadState !== "loaded") return `cannot be loaded (${LoadState ?? "unknown"})`
  if (RefuseManualStart === "yes" || CanStart === "no") return "cannot be started (RefuseManualStart=yes)"
  return undefined
}

const targetProperties = ["LoadState", "FragmentPath", "CanStart", "RefuseManualStart"]

/**
 * The session target that is there already and is not i3pm's: sway's wiki, home-manager and distributions have one. `path` is
 * its file, `objection` why it cannot be used. `undefined` where there is none.
 */
const foreignTarget = (directory: string) =>
  Effect.gen(function* () {
    const manager = yield* UserManager
    const own = `${directory}/${unitNames.sessionTarget}`
    const here = yield* examine(own)
    if (here.kind === "ours" || here.kind === "edited" || here.kind === "other") return undefined
    const isMasked = here.kind === "link" && here.target === "/dev/null"
    if (isMasked) return undefined
    const shown = yield* ifManaged(manager.show([unitNames.sessionTarget], targetProperties))
    const [properties = {}] = shown ?? []
    const { FragmentPath = "", LoadState } = properties
    if (here.kind === "absent" && (FragmentPath === "" || FragmentPath === own)) return undefined
    // Not read yet, or without a manager: then the file's place is all there is to go by.
    const isKnown = shown !== undefined && LoadState !== undefined && LoadState !== "not-found"
    return {
      path: here.kind === "absent" ? FragmentPath : own,
      objection: isKnown ? objectionTo(properties) : undefined,
    }
  })

/** Everything is looked at before anything is changed, and everything in the way is named at once. */
const check = (directory: string, all: ReadonlyArray<UnitFile>) =>
  Effect.gen(function* () {
    const target = yield* foreignTarget(directory)
    const units = all.filter(({ name }) => target === undefined || name !== unitNames.sessionTarget)
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
              message: `${target.path} is there already and ${target.objection}: mend it or move it away`,
              cause: undefined,
            }),
          ]
    return { files, links, refusals: [...refusedFiles, ...refusedLinks, ...unusable], usedTarget: target?.path }
  })

/** The links of another lifetime of the daemon, which was installed before. */
const otherLinks = (directory: string, options: CatalogueOptions, links: ReadonlyArray<PlannedLink>) =>
  Effect.filter(
    allWantsLinks(options).filter(([link]) => links.every(({ path }) => path !== `${directory}/${link}`)),
    ([link, name]) =>
      Effect.map(
        Effect.option(checkLink(`${directory}/${link}`, `${directory}/${name}`)),
        Option.exists(({ isThere }) => isThere),
      ),
  ).pipe(Effect.map(found => found.map(([link]) => `${directory}/${link}`)))

/** The lifetime that is installed: the daemon's link tells. */
const installedLifetime = (directory: string): Effect.Effect<DaemonLifetime, UnitStoreError> =>
  Effect.map(examine(`${directory}/default.target.wants/${unitNames.daemon}`), ({ kind }) =>
    kind === "link" ? "manager" : "session",
  )

const write = ({ path, state, text }: Planned): Effect.Effect<Step, UnitStoreError> =>
  state.kind === "ours" && state.bytes.toString() === text
    ? Effect.succeed({ action: "unchanged", what: path })
    : Effect.as(replaceFile(path, text), { action: "wrote", what: path })

const enable = ({ isThere, path, target }: PlannedLink): Effect.Effect<Step, UnitStoreError> =>
  isThere
    ? Effect.succeed({ action: "unchanged", what: path })
    : makeDirectory(dirname(path)).pipe(
        Effect.zipRight(makeLink(path, target)),
        Effect.as({ action: "enabled", what: path }),
      )

/** The daemon runs while what it lives with is there, and with the unit that is there now. */
const runDaemon = (isNew: boolean, isWanted: boolean, isRunning: boolean, say: Say) =>
  Effect.gen(function* () {
    const manager = yield* UserManager
    const what = unitNames.daemon
    if (!isWanted) {
      const detail = `it starts with ${unitNames.sessionTarget}, which is not active`
      if (isNew && isRunning) {
        yield* manager.stop([what], JOB_DEADLINE)
        return say({ action: "stopped", what, detail })
      }
      return isNew ? say({ action: "skipped", what, detail }) : undefined
    }
    if (isRunning && !isNew) return
    if (isRunning) {
      yield* manager.stop([what], JOB_DEADLINE)
      say({ action: "stopped", what, detail: "its unit has changed" })
    }
    yield* manager.start([what], JOB_DEADLINE)
    say({ action: "started", what })
  })

/** Tells the manager, where one runs. */
const activate = (
  done: ReadonlyArray<Step>,
  lifetime: DaemonLifetime,
  say: Say,
): Effect.Effect<void, UserManagerError, UserManager> =>
  Effect.gen(function* () {
    const manager = yield* UserManager
    const isChanged = done.some(({ action }) => action !== "unchanged")
    const names = [unitNames.timer, unitNames.sessionTarget, unitNames.daemon]
    const before = yield* ifManaged(statesOf(names))
    if (before === undefined) {
      const detail = "none runs for this user: the units take effect at the next login"
      return isChanged ? say({ action: "skipped", what: "user manager", detail }) : undefined
    }
    if (isChanged || before.some(({ isStale }) => isStale)) {
      yield* manager.reload
      say({ action: "reloaded", what: "user manager" })
    }
    const [timer, target, daemon] = yield* statesOf(names)
    if (timer?.isRunning !== true) {
      yield* manager.start([unitNames.timer], JOB_DEADLINE)
      say({ action: "started", what: unitNames.timer })
    }
    const isNew = done.some(({ action, what }) => action === "wrote" && what.endsWith(`/${unitNames.daemon}`))
    yield* runDaemon(isNew, lifetime === "manager" || target?.isRunning === true, daemon?.isRunning === true, say)
  })

/** See `UnitInstaller`. */
export const install = (
  options: InstallOptions,
): Effect.Effect<ReadonlyArray<Step>, UnitInstallError, UserDirs | UserManager> =>
  Effect.gen(function* () {
    const directory = (yield* UserDirs).units
    const manager = yield* UserManager
    const steps: Array<Step> = []
    const say: Say = step => void steps.push(step)
    const [path] = options.command
    if (!isProgramPath(path)) {
      const message = `systemd can not run ${path}: the path of a program must be absolute, without quotes and backslashes`
      return yield* new UnitInstallError({ reason: "BadCommand", path, steps, message, cause: undefined })
    }
    yield* checkManager(directory)
    const systemd = yield* Effect.mapError(manager.version, error => failure([error], steps))
    const onStore = Effect.mapError((error: UnitStoreError) => failure([error], steps))
    const daemonLifetime = options.daemonLifetime ?? (yield* onStore(installedLifetime(directory)))
    const chosen: CatalogueOptions = { ...options, systemd, daemonLifetime }
    const { files, links, refusals, usedTarget } = yield* check(directory, catalogue(chosen)).pipe(
      Effect.mapError(error => failure([error], steps)),
    )
    const [refusal, ...others] = refusals
    if (refusal !== undefined) return yield* failure([refusal, ...others], steps)
    yield* Effect.gen(function* () {
      yield* makeDirectory(directory)
      if (usedTarget !== undefined) {
        say({ action: "unchanged", what: usedTarget, detail: "it was there already, and is used as it is" })
      }
      for (const link of yield* otherLinks(directory, chosen, links)) {
        yield* removeFile(link)
        say({ action: "disabled", what: link })
        yield* removeIfEmpty(dirname(link))
      }
      for (const file of files) say(yield* write(file))
      for (const link of links) say(yield* enable(link))
      yield* activate([...steps], daemonLifetime, say)
    }).pipe(Effect.mapError(error => failure([error], steps)))
    return steps
  })
