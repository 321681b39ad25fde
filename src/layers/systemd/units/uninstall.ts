/** Takes away what `install` has made, and nothing else. */
import { dirname } from "node:path"
import * as Effect from "effect/Effect"
import { UserDirs } from "../../system/UserDirs.ts"
import { UserManager } from "../UserManager.ts"
import { allWantsLinks, catalogue, unitNames } from "./catalogue.ts"
import { ifManaged, JOB_DEADLINE, statesOf } from "./managed.ts"
import { type Installed, judgeUnit } from "./ownership.ts"
import { checkManager, failure, type Problem, type Step, UnitInstallError } from "./steps.ts"
import { namesIn, removeFile, removeIfEmpty } from "./unitStore.ts"

type Say = (step: Step) => void

/** Names and links are the same for every command and every systemd. */
const units = catalogue({ command: ["/"], systemd: 0 })

const stop = (names: ReadonlyArray<string>, say: Say) =>
  Effect.gen(function* () {
    const manager = yield* UserManager
    const states = yield* ifManaged(statesOf(names))
    if (states === undefined) {
      return say({ action: "skipped", what: "user manager", detail: "none runs for this user: nothing to stop" })
    }
    const running = states.filter(({ isRunning }) => isRunning).map(({ name }) => name)
    yield* manager.stop(running, JOB_DEADLINE)
    for (const what of running) say({ action: "stopped", what })
  })

const removeLink = (link: string, say: Say) =>
  Effect.gen(function* () {
    yield* removeFile(link)
    say({ action: "disabled", what: link })
    if (yield* removeIfEmpty(dirname(link))) say({ action: "removed", what: dirname(link) })
  })

const forget = (names: ReadonlyArray<string>, say: Say) =>
  Effect.gen(function* () {
    const manager = yield* UserManager
    const isReloaded = yield* ifManaged(Effect.as(manager.reload, true))
    if (isReloaded !== true) return
    say({ action: "reloaded", what: "user manager" })
    // A unit that has not failed is not even loaded any more.
    yield* Effect.ignore(manager.resetFailed(names))
  })

/** Units that `i3pm session bind` has moved, by its records: without the target they could never start again. */
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
      `i3pm session unbind ${bound.join(" ")} comes first, or i3pm units uninstall --all does both`,
    cause: undefined,
  })

/** Removes the `.wants` directories that hold nothing: a command that was killed beside its link has left one. */
const removeEmptyWants = (directory: string) => {
  const wants = allWantsLinks({ command: ["/"], systemd: 0 }).map(([link]) => dirname(`${directory}/${link}`))
  return Effect.forEach(new Set(wants), removeIfEmpty, { discard: true })
}

/** See `UnitInstaller`. */
export const uninstall: Effect.Effect<ReadonlyArray<Step>, UnitInstallError, UserDirs | UserManager> = Effect.gen(
  function* () {
    const dirs = yield* UserDirs
    const steps: Array<Step> = []
    const problems: Array<Problem> = []
    const say: Say = step => void steps.push(step)
    /** The rest goes on without what can not be done. */
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
    if (bound.length > 0 && found.some(({ file, name }) => name === unitNames.sessionTarget && file !== undefined)) {
      return yield* stillBound(bound)
    }
    // A session target that was there before is its maker's, and stays.
    problems.push(...found.filter(each => !isTheirs(each)).flatMap(({ problem }) => problem ?? []))
    const names = found.filter(({ isOurs }) => isOurs).map(({ name }) => name)
    if (names.length === 0) {
      say({ action: "skipped", what: dirs.units, detail: "there is nothing of i3pm to remove" })
    } else {
      yield* attempt(stop(names, say))
      for (const { file, links } of found) {
        for (const link of links) yield* attempt(removeLink(link, say))
        if (file !== undefined) {
          yield* attempt(Effect.map(removeFile(file), () => say({ action: "removed", what: file })))
        }
      }
      yield* attempt(forget(names, say))
    }
    yield* removeEmptyWants(dirs.units)
    const [problem, ...others] = problems
    if (problem !== undefined) return yield* failure([problem, ...others], steps)
    return steps
  },
)
