/** Removes what `install` has made, and nothing else. See `UnitInstaller.uninstall`. */
import { dirname } from "node:path"
import * as Effect from "effect/Effect"
import { shellLine } from "../../system/shellWords.ts"
import { UserDirs } from "../../system/UserDirs.ts"
import { UserManager } from "../UserManager.ts"
import { catalogue, unitNames } from "./catalogue.ts"
import { removeEmptyWants } from "./emptyWants.ts"
import { ifManaged, JOB_DEADLINE, statesOf } from "./managed.ts"
import { type Installed, judgeUnit } from "./ownership.ts"
import { checkManager, failure, type Problem, type Report, type Step, UnitInstallError } from "./steps.ts"
import { isInstance, isPackagesTarget, isTemplate } from "./unitNames.ts"
import { namesIn, removeFile, removeIfEmpty } from "./unitStore.ts"

/** i3pm's units. Only their names and links are used, which do not depend on these options. */
const units = catalogue({ command: ["/"], systemd: 0 })

/** The units that systemd can show and stop: for a template its instances. */
const runnable = (names: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const templates = names.filter(isTemplate)
    if (templates.length === 0) return names
    const known = (yield* ifManaged(Effect.flatMap(UserManager, manager => manager.unitNames))) ?? []
    const instances = known.filter(each => !isTemplate(each) && templates.some(template => isInstance(each, template)))
    return [...names.filter(name => !isTemplate(name)), ...instances]
  })

const stop = (names: ReadonlyArray<string>, report: Report) =>
  Effect.gen(function* () {
    const manager = yield* UserManager
    const states = yield* ifManaged(statesOf(names))
    if (states === undefined) {
      return report({ action: "skipped", what: "user manager", detail: "none runs for this user: nothing to stop" })
    }
    const running = states.filter(({ isRunning }) => isRunning).map(({ name }) => name)
    yield* manager.stop(running, JOB_DEADLINE)
    for (const what of running) report({ action: "stopped", what })
  })

const removeLink = (link: string, report: Report) =>
  Effect.gen(function* () {
    yield* removeFile(link)
    report({ action: "disabled", what: link })
    if (yield* removeIfEmpty(dirname(link))) report({ action: "removed", what: dirname(link) })
  })

const forget = (names: ReadonlyArray<string>, report: Report) =>
  Effect.gen(function* () {
    const manager = yield* UserManager
    const isReloaded = yield* ifManaged(Effect.as(manager.reload, true))
    if (isReloaded !== true) return
    report({ action: "reloaded", what: "user manager" })
    // Fails for a unit that is no longer loaded, which is no error.
    yield* Effect.ignore(manager.resetFailed(names))
  })

/** The units that have a record of `i3pm session bind`: without the session target they could not start. */
const boundUnits = (state: string) =>
  Effect.map(namesIn(`${state}/i3pm/bound`), files =>
    files.flatMap(file => (file.endsWith(".json") && !file.startsWith(".") ? [file.slice(0, -".json".length)] : [])),
  )

const stillBound = (bound: ReadonlyArray<string>) =>
  new UnitInstallError({
    reason: "StillBound",
    path: undefined,
    steps: [],
    message:
      `${bound.join(", ")} ${bound.length === 1 ? "is" : "are"} bound to ${unitNames.sessionTarget} and could not start without it: ` +
      `run i3pm session unbind ${shellLine(bound)} first, or i3pm units uninstall --all`,
    cause: undefined,
  })

const NOTHING = "units install has written nothing here; units of a package are removed with the package"

/** Why nothing was removed, and which units would not start without a session target. */
const nothing = (bound: ReadonlyArray<string>) =>
  bound.length === 0
    ? NOTHING
    : `${NOTHING}; i3pm session unbind ${shellLine(bound)} first, if ${unitNames.sessionTarget} goes with it`

/**
 * True if the session target goes: its file is removed here, or there is nothing to remove but a package of i3pm, so that who runs this is about
 * to remove the package, and the target with it.
 */
const losesTarget = (found: ReadonlyArray<Installed>) =>
  Effect.gen(function* () {
    if (found.some(({ file, name }) => name === unitNames.sessionTarget && file !== undefined)) return true
    if (found.some(({ isOurs }) => isOurs)) return false
    const manager = yield* UserManager
    const shown = yield* Effect.orElseSucceed(manager.show([unitNames.sessionTarget], ["FragmentPath"]), () => [])
    return isPackagesTarget(shown[0]?.["FragmentPath"] ?? "")
  })

/** See `UnitInstaller.uninstall`. */
export const uninstall: Effect.Effect<ReadonlyArray<Step>, UnitInstallError, UserDirs | UserManager> = Effect.gen(
  function* () {
    const dirs = yield* UserDirs
    const steps: Array<Step> = []
    const problems: Array<Problem> = []
    const report: Report = step => void steps.push(step)
    /** Notes a problem and goes on. */
    const attempt = <A, R>(act: Effect.Effect<A, Problem, R>) =>
      Effect.catchAll(act, error => Effect.sync(() => void problems.push(error)))

    yield* checkManager(dirs.units)
    const found: Array<Installed> = []
    for (const unit of units) {
      yield* attempt(Effect.map(judgeUnit(dirs.units, unit), installed => void found.push(installed)))
    }
    const isTheirs = ({ isOurs, name, problem }: Installed) =>
      name === unitNames.sessionTarget && !isOurs && problem?.reason === "Foreign"
    const bound = yield* boundUnits(dirs.state)
    if (bound.length > 0 && (yield* losesTarget(found))) return yield* stillBound(bound)
    // A session target that i3pm did not write is not a problem: it stays.
    problems.push(...found.filter(each => !isTheirs(each)).flatMap(({ problem }) => problem ?? []))
    const ours = found.filter(({ isOurs }) => isOurs).map(({ name }) => name)
    if (ours.length === 0) {
      report({ action: "skipped", what: dirs.units, detail: nothing(bound) })
    } else {
      const names = yield* runnable(ours).pipe(
        Effect.catchAll(() => Effect.succeed(ours.filter(each => !isTemplate(each)))),
      )
      yield* attempt(stop(names, report))
      for (const { file, links } of found) {
        for (const link of links) yield* attempt(removeLink(link, report))
        if (file !== undefined) {
          yield* attempt(Effect.map(removeFile(file), () => report({ action: "removed", what: file })))
        }
      }
      yield* attempt(forget(names, report))
    }
    yield* removeEmptyWants(dirs.units)
    const [problem, ...others] = problems
    if (problem !== undefined) return yield* failure([problem, ...others], steps)
    return steps
  },
)
