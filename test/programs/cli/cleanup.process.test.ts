/** `i3pm cleanup` as a process, on more files than it may have descriptors. */
import { readdirSync } from "node:fs"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { describeWith } from "../../support/needs.ts"
import { makeOrphans } from "../../support/orphans.ts"
import { runAs } from "../../support/Spawn.ts"
import { makeRuntimeDir, stageBundle } from "../../support/TestUser.ts"

const COUNT = 10_000
const DESCRIPTORS = 200

describeWith(["setpriv", "prlimit", "node"], "i3pm cleanup", () => {
  it.scopedLive(
    `removes ${COUNT} orphans with ${DESCRIPTORS} descriptors`,
    () =>
      Effect.gen(function* () {
        const runtimeDir = yield* makeRuntimeDir
        const entry = yield* stageBundle
        yield* makeOrphans(runtimeDir, COUNT)
        const limited = [`--nofile=${DESCRIPTORS}`, "--", process.execPath, entry, "cleanup", "--json"]
        const { code, stderr, stdout } = yield* runAs("prlimit", limited, { runtimeDir })
        assert.strictEqual(code, 0, stderr)
        const { failed, removed, sockets } = JSON.parse(stdout)
        assert.deepStrictEqual(
          { failed, removed, looked: sockets.length },
          { failed: 0, removed: COUNT, looked: COUNT },
        )
        assert.deepStrictEqual(readdirSync(runtimeDir), [])
      }),
    60_000,
  )
})
