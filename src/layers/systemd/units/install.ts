/** Writes the units, enables them, and starts those that should run now. See `UnitInstaller.install`. */
import { dirname } from "node:path"
import * as Effect from "effect/Effect"
import { UserDirs } from "../../system/UserDirs.ts"
import { UserManager } from "../UserManager.ts"
import { activate } from "./activate.ts"
import type { CatalogueOptions } from "./catalogue.ts"
import { removeEmptyWants } from "./emptyWants.ts"
import { type InstallPlan, installedLifetime, planInstall } from "./installPlan.ts"
import type { Planned, PlannedLink } from "./ownership.ts"
import { checkManager, failure, type Problem, type Report, type Step, UnitInstallError } from "./steps.ts"
import { isProgramPath } from "./UnitFile.ts"
import { makeDirectory, makeLink, removeFile, replaceFile, type UnitStoreError } from "./unitStore.ts"

/** What the caller decides about the units. Without `daemonLifetime` the installed one is kept. */
export type InstallOptions = Omit<CatalogueOptions, "systemd" | "sessionTarget">

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

/** Makes the changes of the plan. */
const carryOut = (directory: string, plan: InstallPlan, report: Report) =>
  Effect.gen(function* () {
    yield* makeDirectory(directory)
    if (plan.usedTarget !== undefined) {
      report({ action: "unchanged", what: plan.usedTarget, detail: "it existed already and is used as it is" })
    }
    for (const link of plan.obsoleteLinks) {
      yield* removeFile(link)
      report({ action: "disabled", what: link })
    }
    for (const file of plan.files) report(yield* write(file))
    for (const link of plan.links) report(yield* enable(link))
    yield* removeEmptyWants(directory)
  })

const checkProgram = (path: string) => {
  const message = `systemd cannot run ${path}: the path of a program must be absolute, without quotes and backslashes`
  return isProgramPath(path)
    ? Effect.void
    : new UnitInstallError({ reason: "BadCommand", path, steps: [], message, cause: undefined })
}

/** See `UnitInstaller.install`. */
export const install = (
  options: InstallOptions,
): Effect.Effect<ReadonlyArray<Step>, UnitInstallError, UserDirs | UserManager> =>
  Effect.gen(function* () {
    const directory = (yield* UserDirs).units
    const manager = yield* UserManager
    const steps: Array<Step> = []
    const withSteps = Effect.mapError((problem: Problem) => failure([problem], steps))

    yield* checkProgram(options.command[0])
    yield* checkManager(directory)
    const systemd = yield* withSteps(manager.version)
    const daemonLifetime = options.daemonLifetime ?? (yield* withSteps(installedLifetime(directory)))
    const plan = yield* withSteps(planInstall(directory, { ...options, systemd, daemonLifetime }))
    const [refusal, ...others] = plan.refusals
    if (refusal !== undefined) return yield* failure([refusal, ...others], steps)

    const report: Report = step => void steps.push(step)
    yield* withSteps(carryOut(directory, plan, report))
    yield* withSteps(activate([...steps], daemonLifetime, report))
    return steps
  })
