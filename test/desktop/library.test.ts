/** The two services of the README, installed from the tarball: they live through ten ends of sway, and each new one is seen. */
import * as fs from "node:fs"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { startSway } from "../support/Desktop.ts"
import { BUILD_LIMIT, codeBlocks, makeUserPackage } from "../support/library.ts"
import { describeWith, swayTools } from "../support/needs.ts"
import { spawnAs } from "../support/Spawn.ts"
import { makeRuntimeDir } from "../support/TestUser.ts"
import { eventually } from "../support/waiting.ts"

const ROUNDS = 10

/** Largest bundle of the service without Effect in the sources: Effect is in it. */
const LARGEST = 350_000

/** What a service has told: a state, or that there is none any more. */
const told = (text: string) =>
  [...text.matchAll(/(start|reconnected): \d+ windows|compositor has (gone)/g)].map(
    ([, reason, gone]) => reason ?? gone,
  )

describeWith([...swayTools, "node", "npm"], "a service on the library", () => {
  it.scopedLive(
    "compiles strictly, is small, and lives through ten ends of sway",
    () =>
      Effect.gen(function* () {
        const [withEffect, withPromises] = codeBlocks("README.md", "ts")
        assert.isDefined(withPromises)
        const alone = yield* makeUserPackage([])
        alone.write("service.ts", withPromises ?? "")
        yield* alone.compile
        const beside = yield* makeUserPackage(["effect", "@effect/platform", "@effect/platform-node"])
        beside.write("service.ts", withEffect ?? "")
        // The declarations of all entries are checked.
        for (const entry of ["ipc", "testing"]) beside.write(`${entry}.ts`, `export * from "i3pm/${entry}"\n`)
        yield* beside.compile
        assert.isBelow(fs.statSync(yield* alone.bundle("out/service.js")).size, LARGEST)

        const runtimeDir = yield* makeRuntimeDir
        const first = yield* startSway({ runtimeDir })
        const promises = yield* spawnAs(process.execPath, ["out/service.js"], { runtimeDir, cwd: alone.directory })
        const bundled = yield* beside.bundle("out/service.js")
        const effects = yield* spawnAs(process.execPath, [bundled], { runtimeDir, cwd: beside.directory })
        const both = Effect.sync(() => [promises, effects].map(({ stdout }) => told(stdout.text())))
        yield* eventually(both, seen => seen.every(each => each.length === 1))
        let sway = first
        for (let round = 1; round <= ROUNDS; round += 1) {
          yield* sway.kill("SIGKILL")
          sway = yield* startSway({ runtimeDir })
          yield* eventually(both, seen => seen.every(each => each.length > 2 * round))
        }
        const expected = ["start", ...Array.from({ length: ROUNDS }, () => ["gone", "reconnected"]).flat()]
        assert.deepStrictEqual(yield* both, [expected, expected])
        for (const service of [promises, effects]) {
          yield* service.kill("SIGTERM")
          yield* service.exited
        }
      }),
    BUILD_LIMIT,
  )
})
