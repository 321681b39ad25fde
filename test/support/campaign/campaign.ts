/** A campaign: many rounds at the same time, on all stages, while everybody sweeps. */
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { type HarnessError, runsAsRoot, TEST_GID, TEST_UID } from "../TestUser.ts"
import { diceOf, diceOfRound } from "./dice.ts"
import { makeReferee } from "./Referee.ts"
import { type Stage, startStage, type Theatre } from "./Stage.ts"
import { startSweepers } from "./Sweepers.ts"
import { kindsOn, play } from "./scenarios.ts"

export interface CampaignOptions {
  readonly seed: number
  readonly rounds: number
  readonly theatres: ReadonlyArray<Theatre>
  /** Also sweep from within a PID namespace. There the pid in a name says nothing, so suspects are not kept. */
  readonly sweepElsewhere: boolean
}

export interface Outcome {
  readonly seconds: number
  readonly counts: ReadonlyMap<string, number>
}

/** Rounds at the same time. */
const CONCURRENCY = 48

/** On a tmpfs, as the real one is, where there is one. */
const makeRuntimeDir = Effect.acquireRelease(
  Effect.sync(() => {
    const directory = mkdtempSync(`${existsSync("/dev/shm") ? "/dev/shm" : tmpdir()}/i3pm-run-`)
    mkdirSync(`${directory}/i3`)
    for (const path of [directory, `${directory}/i3`]) {
      chmodSync(path, 0o700)
      if (runsAsRoot) chownSync(path, TEST_UID, TEST_GID)
    }
    return directory
  }),
  directory => Effect.sync(() => rmSync(directory, { recursive: true, force: true })),
)

/** From the upper end, where the machine's own processes come to last; each is used again when all have been. */
const pidsInTurn = () => {
  const limit = Number(readFileSync("/proc/sys/kernel/pid_max", "utf8"))
  const first = Math.floor(limit * 0.6)
  let next = first
  return () => {
    next = next + 1 < limit ? next + 1 : first
    return next
  }
}

const inPidNamespace = [
  "unshare",
  ...(runsAsRoot ? [] : ["-Ur"]),
  "--pid",
  "--fork",
  "--kill-child",
  "--mount-proc",
  "--",
]
const elsewhere = [{ name: "sweeper in a PID namespace", within: inPidNamespace }]

/** What lies in the directories and should not. */
const leftIn = (runtimeDir: string) =>
  [runtimeDir, `${runtimeDir}/i3`].flatMap(path =>
    readdirSync(path).filter(name => name !== "i3" && name !== "i3-project-daemon"),
  )

/** Plays all rounds. Fails with the story of the first violation. */
export const campaign = (options: CampaignOptions): Effect.Effect<Outcome, HarnessError, Scope.Scope> =>
  Effect.gen(function* () {
    const { rounds, seed } = options
    const counts = new Map<string, number>()
    const count = (what: string, by = 1) => void counts.set(what, (counts.get(what) ?? 0) + by)
    const runtimeDir = yield* makeRuntimeDir
    const stages: ReadonlyArray<Stage> = yield* Effect.forEach(options.theatres, startStage)
    const sweepers = yield* startSweepers(runtimeDir, diceOf(seed), options.sweepElsewhere ? elsewhere : [])
    const referee = yield* makeReferee(sweepers, seed)
    const nextPid = pidsInTurn()

    const playRound = (number: number) =>
      Effect.suspend(() => {
        const dice = diceOfRound(seed, number)
        const stage = stages[dice.below(stages.length)]
        if (stage === undefined) return Effect.void
        const kind = dice.pick(kindsOn(stage, options.sweepElsewhere))
        count(`on the stage: ${stage.name}`)
        return play(kind, { number, dice, stage, referee, runtimeDir, nextPid, count })
      })

    const began = performance.now()
    const all = Effect.forEach(
      Array.from({ length: rounds }, (_, index) => index),
      playRound,
      { concurrency: CONCURRENCY, discard: true },
    )
    const nothingLeft = Effect.repeat(referee.sweep, { until: () => leftIn(runtimeDir).length === 0, times: 5 })
    yield* Effect.raceFirst(Effect.zipRight(all, nothingLeft), referee.violated)
    const left = leftIn(runtimeDir)
    count("files left at the end", left.length)
    for (const [what, number] of Object.entries(referee.counts)) count(`referee: ${what}`, number)
    for (const { by } of sweepers.removals) count(`removed by ${by}`)
    count(
      "sweeps of those in a loop",
      sweepers.sweeps().reduce((sum, each) => sum + each, 0),
    )
    count("sweeps of i3pm cleanup", sweepers.counts.cli)
    count("sweepers killed", sweepers.counts.killed)
    for (const error of sweepers.errors) count(`error: ${error.replace(/\d+/g, "N")}`)
    return { seconds: (performance.now() - began) / 1000, counts }
  })
