/** The processes that sweep during a campaign, what they have removed, and how often they have looked. */
import * as timers from "node:timers/promises"
import { fileURLToPath } from "node:url"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { build } from "esbuild"
import { i3pm, startDaemon } from "../daemon.ts"
import { spawnAs } from "../Spawn.ts"
import { type HarnessError, makeScratchDir, stageBundle } from "../TestUser.ts"
import type { Dice } from "./dice.ts"

/** One file that was removed, by whom and why; of the daemon's, what its log says that it is about to remove. */
export interface RemovedFile {
  readonly by: string
  readonly path: string
  readonly reason: string
}

export interface Sweepers {
  /** Whole sweeps so far, of each process that sweeps without pause and is never killed. */
  readonly sweeps: () => ReadonlyArray<number>
  /** True when each of them has ended this many sweeps that began after a moment of {@link clock}. */
  readonly haveSwept: (since: number, times: number) => boolean
  readonly removals: ReadonlyArray<RemovedFile>
  /** What could not be removed. */
  readonly errors: ReadonlyArray<string>
  /** Sweeps of `i3pm cleanup`, and processes that were killed while they swept. */
  readonly counts: { cli: number; killed: number }
}

/** Milliseconds of a clock that all processes share (CLOCK_MONOTONIC). When a line is read says little: it may be late. */
export const clock = (): number => Number(process.hrtime.bigint()) / 1e6

/** Beginnings of sweeps that are kept: more than anybody waits for. */
const KEPT = 16

/** Processes that sweep without pause: most of their time is the wait for young files to settle. */
const STEADY = 4

const pause = (milliseconds: number) => Effect.promise(signal => timers.setTimeout(milliseconds, undefined, { signal }))

const bundle = Effect.gen(function* () {
  const directory = yield* makeScratchDir
  const file = `${directory}/sweeper.cjs`
  yield* Effect.promise(() =>
    build({
      entryPoints: [fileURLToPath(new URL("sweeperMain.ts", import.meta.url))],
      outfile: file,
      bundle: true,
      platform: "node",
      format: "cjs",
      logLevel: "warning",
    }),
  )
  return file
})

/** Starts them all: the layers in a loop, one of them killed again and again, the daemon, and now and then the CLI. */
export const startSweepers = (
  runtimeDir: string,
  dice: Dice,
  /** More processes in surroundings of their own: a command line that is put before theirs. */
  elsewhere: ReadonlyArray<{ readonly name: string; readonly within: ReadonlyArray<string> }>,
): Effect.Effect<Sweepers, HarnessError, Scope.Scope> =>
  Effect.gen(function* () {
    const program = yield* bundle
    const entry = yield* stageBundle
    const sweeps: Array<number> = []
    const beginnings: Array<ReadonlyArray<number>> = []
    const removals: Array<RemovedFile> = []
    const errors: Array<string> = []
    const note = (by: string, swept: { readonly removed: ReadonlyArray<readonly [string, string]> }) => {
      for (const [path, reason] of swept.removed) removals.push({ by, path, reason })
    }

    const loop = (by: string, within: ReadonlyArray<string>, onSweep: (began: number) => void) =>
      Effect.gen(function* () {
        const running = yield* spawnAs(process.execPath, [program], { runtimeDir, within })
        const read = Effect.map(running.stdout.lines.take, line => {
          const swept = JSON.parse(line)
          note(by, swept)
          errors.push(...swept.errors.map((error: string) => `${by}: ${error}`))
          onSweep(swept.began)
        })
        yield* Effect.forkScoped(Effect.forever(read))
        return running
      })

    const steady = (name: string, within: ReadonlyArray<string>) => {
      const index = sweeps.push(0) - 1
      return loop(name, within, began => {
        sweeps[index] = (sweeps[index] ?? 0) + 1
        beginnings[index] = [...(beginnings[index] ?? []), began].slice(-KEPT)
      })
    }

    const counts = { cli: 0, killed: 0 }
    const mortal = loop("killed sweeper", [], () => {}).pipe(
      Effect.zipRight(pause(400 + dice.below(1500))),
      Effect.scoped,
      Effect.zipRight(
        Effect.sync(() => {
          counts.killed += 1
        }),
      ),
    )
    const cli = Effect.gen(function* () {
      const { code, stdout, stderr } = yield* i3pm(entry, ["cleanup", "--json"], { runtimeDir })
      if (code === 0) {
        counts.cli += 1
        note("i3pm cleanup", {
          removed: JSON.parse(stdout).sockets.flatMap(
            (each: { readonly removed: boolean; readonly path: string; readonly reason: string }) =>
              each.removed ? [[each.path, each.reason]] : [],
          ),
        })
      } else errors.push(`i3pm cleanup: ${code} ${stderr}`)
      yield* pause(2000 + dice.below(1000))
    })

    for (let number = 1; number <= STEADY; number += 1) yield* steady(`sweeper ${number}`, [])
    for (const { name, within } of elsewhere) yield* steady(name, within)
    const daemon = yield* startDaemon(entry, { runtimeDir })
    const readLog = Effect.map(daemon.stderr.lines.take, line => {
      const [, path, reason] = /remove orphaned socket path=(\S+) .*reason="([^"]*)"/.exec(line) ?? []
      if (path !== undefined && reason !== undefined) removals.push({ by: "i3pm daemon", path, reason })
    })
    yield* Effect.forkScoped(Effect.forever(readLog))
    yield* Effect.forkScoped(Effect.forever(mortal))
    yield* Effect.forkScoped(Effect.forever(cli))
    const haveSwept = (since: number, times: number) =>
      sweeps.every((_, index) => (beginnings[index] ?? []).filter(began => began > since).length >= times)
    return { sweeps: () => [...sweeps], haveSwept, removals, errors, counts }
  })
