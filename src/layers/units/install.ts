/** Writes the units, enables them, and starts what is to run now. */
import { dirname } from "node:path"
import * as Effect from "effect/Effect"
import { UserDirs } from "../UserDirs.ts"
import { UserManager, type UserManagerError } from "../UserManager.ts"
import { type CatalogueOptions, catalogue, unitNames, wantsLinks } from "./catalogue.ts"
import { ifManaged, JOB_DEADLINE, statesOf } from "./managed.ts"
import { mark } from "./marker.ts"
import { checkLink, checkUnit, type Planned, type PlannedLink } from "./ownership.ts"
import { checkManager, failure, type Step, UnitInstallError } from "./steps.ts"
import { isProgramPath, render, type UnitFile } from "./UnitFile.ts"
import { makeDirectory, makeLink, replaceFile, type UnitStoreError } from "./unitStore.ts"

/** What the caller has to say about the units. */
export type InstallOptions = Omit<CatalogueOptions, "systemd" | "sessionTarget">

type Say = (step: Step) => void

/** Everything is looked at before anything is changed, and everything in the way is named at once. */
const check = (directory: string, units: ReadonlyArray<UnitFile>) =>
  Effect.gen(function* () {
    const [refusedFiles, files] = yield* Effect.partition(units, unit =>
      checkUnit(`${directory}/${unit.name}`, mark(render(unit))),
    )
    const [refusedLinks, links] = yield* Effect.partition(
      units.flatMap(unit => wantsLinks(unit).map(link => [link, unit.name] as const)),
      ([link, name]) => checkLink(`${directory}/${link}`, `${directory}/${name}`),
    )
    return { files, links, refusals: [...refusedFiles, ...refusedLinks] }
  })

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

/** The daemon runs while its session is there, and with the unit that is there now. */
const runDaemon = (isNew: boolean, isInSession: boolean, isRunning: boolean, say: Say) =>
  Effect.gen(function* () {
    const manager = yield* UserManager
    const what = unitNames.daemon
    if (!isInSession) {
      const detail = `it starts with ${unitNames.sessionTarget}, which is not active`
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
const activate = (done: ReadonlyArray<Step>, say: Say): Effect.Effect<void, UserManagerError, UserManager> =>
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
    yield* runDaemon(isNew, target?.isRunning === true, daemon?.isRunning === true, say)
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
    const { files, links, refusals } = yield* check(directory, catalogue({ ...options, systemd }))
    const [refusal, ...others] = refusals
    if (refusal !== undefined) return yield* failure([refusal, ...others], steps)
    yield* Effect.gen(function* () {
      yield* makeDirectory(directory)
      for (const file of files) say(yield* write(file))
      for (const link of links) say(yield* enable(link))
      yield* activate([...steps], say)
    }).pipe(Effect.mapError(error => failure([error], steps)))
    return steps
  })
