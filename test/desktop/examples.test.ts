/** The services in `examples/`, each built on the tarball: their own tests, and together beside a real sway that is killed. */
import * as fs from "node:fs"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { startSway, swayConfig } from "../support/Desktop.ts"
import {
  appliedConfig,
  buildExamples,
  configWith,
  editConfig,
  exampleNames,
  examples,
  hasMode,
  makeManaged,
  untilAllDone,
} from "../support/examples.ts"
import { BUILD_LIMIT } from "../support/library.ts"
import { describeWith, swayTools } from "../support/needs.ts"
import { type Running, runAs, spawnAs } from "../support/Spawn.ts"
import { makeRuntimeDir, makeScratchDir } from "../support/TestUser.ts"
import { eventually } from "../support/waiting.ts"

/** Edits of the configuration, of which a third end with a kill of the manager. */
const ROUNDS = Number(process.env["I3PM_CONFIG_ROUNDS"] ?? 6)

describeWith([...swayTools, "node", "npm", "foot"], "the examples", () => {
  it("are short", () => {
    for (const name of exampleNames) {
      const sources = fs.readdirSync(`${examples}/${name}`).filter(file => /^(?!.*\.test\.ts$).*\.ts$/.test(file))
      const lines = sources.flatMap(file => fs.readFileSync(`${examples}/${name}/${file}`, "utf8").trim().split("\n"))
      assert.isBelow(lines.length, 100, name)
    }
  })

  it.scopedLive(
    "pass their own tests, and do their job across a restart of sway",
    () =>
      Effect.gen(function* () {
        const bundle = yield* buildExamples
        const runtimeDir = yield* makeRuntimeDir
        const tests = exampleNames.map(name => bundle(name, `${name}.test`))
        const tested = yield* Effect.forEach(tests, test => runAs(process.execPath, ["--test", test], { runtimeDir }), {
          concurrency: 2,
        })
        for (const { code, stdout } of tested) assert.strictEqual(code, 0, stdout)

        const home = yield* makeScratchDir
        const config = `${swayConfig}${makeManaged(home)}`
        const running = new Map<string, Running>()
        for (const name of exampleNames) {
          const env = { HOME: home }
          running.set(name, yield* spawnAs(process.execPath, [bundle(name, "main")], { runtimeDir, env }))
        }
        const printed = (name: string) => Effect.sync(() => running.get(name)?.stdout.text() ?? "")
        const desk = { home, panel: printed("eww-panel"), manager: printed("config-manager") }
        const first = yield* startSway({ runtimeDir, config })
        yield* untilAllDone({ ...desk, socketPath: first.socketPath }, "first")
        yield* first.kill("SIGKILL")
        yield* first.exited
        yield* eventually(desk.panel, text => text.trim().endsWith('"workspaces":[],"windows":[]}'))
        const second = yield* startSway({ runtimeDir, config })
        yield* hasMode(second.socketPath, "first")
        yield* untilAllDone({ ...desk, socketPath: second.socketPath }, "second")
      }),
    BUILD_LIMIT,
  )

  it.scopedLive(
    "config-manager leaves a good configuration, whatever is edited and whenever it is killed",
    () =>
      Effect.gen(function* () {
        const bundle = yield* buildExamples
        const main = bundle("config-manager", "main")
        const runtimeDir = yield* makeRuntimeDir
        const home = yield* makeScratchDir
        const { socketPath } = yield* startSway({ runtimeDir, config: `${swayConfig}${makeManaged(home)}` })
        const start = spawnAs(process.execPath, [main], { runtimeDir, env: { HOME: home } })
        let manager = yield* start
        const good = new Set([""])
        for (let round = 0; round < ROUNDS; round += 1) {
          const before = appliedConfig(home)
          if (round % 3 === 0) {
            editConfig(home, `${configWith("broken")}frobnicate ${round}\n`)
            yield* eventually(Effect.sync(manager.stdout.text), text => text.includes(`'frobnicate ${round}'`))
            assert.strictEqual(appliedConfig(home), before)
            continue
          }
          const text = configWith(`round-${round}`)
          good.add(text)
          editConfig(home, text)
          if (round % 3 === 1) {
            // Each time in another step: before it sees the change, while sway checks it, or when it is in place already.
            yield* eventually(Effect.succeed(undefined), () => Math.random() < 0.05)
            yield* manager.kill("SIGKILL")
            yield* manager.exited
            assert.isTrue(good.has(appliedConfig(home)), appliedConfig(home))
            manager = yield* start
          }
          yield* hasMode(socketPath, `round-${round}`)
          assert.strictEqual(appliedConfig(home), text)
        }
      }),
    BUILD_LIMIT,
  )
})
