/** `init-service` and `--output`, which write outside i3pm's own directories, killed at each change. */
import * as fs from "node:fs"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { describeWith } from "../support/needs.ts"
import { runAs } from "../support/Spawn.ts"
import { makeRuntimeDir, makeScratchDir, stageBundle } from "../support/TestUser.ts"
import { changesBelow, mainThread, tracedCalls } from "./calls.ts"
import { choose, POINTS } from "./points.ts"
import { isTemporary, readTree, type Tree } from "./tree.ts"

/** What is written, and whether a tree without temporary files is all of it. */
const commands = {
  "init-service": {
    words: ["init-service", "window-log"],
    isWhole: (tree: Tree, whole: Tree) => JSON.stringify(tree) === JSON.stringify(whole),
  },
  "an answer with --output": {
    words: ["diagnose", "socket-health", "--format", "openmetrics", "--output", "health.prom"],
    isWhole: (tree: Tree) => tree.length === 1 && tree[0]?.content.endsWith("# EOF\n") === true,
  },
}

const set = (words: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const entry = yield* stageBundle
    const runtimeDir = yield* makeRuntimeDir
    const cwd = yield* makeScratchDir
    const logs = yield* makeScratchDir
    const program = [process.execPath, entry, ...words]
    const traced = (options: ReadonlyArray<string>) => runAs("strace", [...options, ...program], { runtimeDir, cwd })
    const run = runAs(process.execPath, [entry, ...words], { runtimeDir, cwd })
    const tree = () => readTree([cwd])
    /** Without temporary files and what is below them. */
    const lasting = () => tree().filter(({ path }) => !isTemporary(path.slice(cwd.length + 1).split("/")[0] ?? ""))
    const clear = (entries: Tree) => {
      for (const { path } of entries) fs.rmSync(path, { recursive: true, force: true })
    }
    return { cwd, logs, traced, run, tree, lasting, clear }
  })

describeWith(["setpriv", "node", "strace"], "killed while it writes where a user wants it", () => {
  for (const [title, { isWhole, words }] of Object.entries(commands)) {
    it.scopedLive(
      `${title} leaves all of it or nothing, and the next run removes what is half done`,
      () =>
        Effect.gen(function* () {
          const { clear, cwd, lasting, logs, run, traced, tree } = yield* set(words)
          const options = ["-ff", "--seccomp-bpf", "-y", "-xx", "-s", "1000", "-e", "signal=none"]
          yield* traced([...options, "-o", `${logs}/log`, "-e", `trace=execve,${tracedCalls}`])
          const whole = tree()
          const calls = changesBelow(mainThread(logs, { program: process.execPath, roots: [cwd], cwd }), [cwd])
          clear(whole)
          for (const { name, nth } of choose(calls, POINTS)) {
            const at = `killed at ${name} ${nth}`
            const inject = ["-e", `trace=${name}`, "-e", `inject=${name}:signal=KILL:when=${nth}`]
            yield* traced(["-q", "-o", "/dev/null", ...inject])
            if (lasting().length > 0) assert.isTrue(isWhole(lasting(), whole), at)
            clear(lasting())
            yield* run
            assert.isTrue(
              isWhole(tree(), whole),
              `${at}, then done again: ${JSON.stringify(tree().map(each => each.path))}`,
            )
            clear(tree())
          }
        }),
      3_600_000,
    )
  }
})
