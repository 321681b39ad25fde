/** The tarball as the linters of packages see it. */
import { fileURLToPath } from "node:url"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { tarball } from "../support/library.ts"
import { describeWith } from "../support/needs.ts"
import { runAs } from "../support/Spawn.ts"
import { makeRuntimeDir } from "../support/TestUser.ts"

const repository = fileURLToPath(new URL("../..", import.meta.url))

describeWith(["npm", "node"], "the tarball", () => {
  // The options are in package.json.
  for (const name of ["publint", "attw"]) {
    it.scopedLive(`is all right to ${name}`, () =>
      Effect.gen(function* () {
        const { code, stderr, stdout } = yield* runAs("npm", ["run", "--silent", name, "--", yield* tarball], {
          runtimeDir: yield* makeRuntimeDir,
          cwd: repository,
          asRoot: true,
        })
        assert.strictEqual(code, 0, `${stdout}${stderr}`)
        assert.include(stdout, name === "publint" ? "All good!" : "i3pm/testing")
      }),
    )
  }
})
