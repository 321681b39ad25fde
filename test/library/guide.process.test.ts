/** The tests that docs/library.md shows, on the installed tarball: they pass as they are. */
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { codeBlocks, makeUserPackage } from "../support/library.ts"
import { describeWith } from "../support/needs.ts"
import { runAs } from "../support/Spawn.ts"
import { makeRuntimeDir } from "../support/TestUser.ts"

const blocks = codeBlocks("docs/library.md", "ts")

/** The blocks that import this module, by the names of the files that they are written to. */
const blocksWith = (module: string) =>
  blocks.flatMap((code, index) => (code.includes(`from "${module}"`) ? [{ name: `guide-${index}.test`, code }] : []))

describeWith(["npm", "node"], "the guide", () => {
  it.scopedLive(
    "has tests that compile strictly and pass",
    () =>
      Effect.gen(function* () {
        const user = yield* makeUserPackage([
          "effect",
          "@effect/platform",
          "@effect/platform-node",
          "@effect/vitest",
          "vitest",
          "@types/node",
        ])
        const own = blocksWith("node:test")
        const vitest = blocksWith("@effect/vitest")
        for (const { code, name } of [...own, ...vitest]) user.write(`${name}.ts`, code)
        yield* user.compile
        const runtimeDir = yield* makeRuntimeDir
        const run = (args: ReadonlyArray<string>) =>
          runAs(process.execPath, args, { runtimeDir, cwd: user.directory, asRoot: true })

        const tested = yield* run(["--test", ...own.map(({ name }) => `out/${name}.js`)])
        assert.strictEqual(tested.code, 0, `${tested.stdout}${tested.stderr}`)
        assert.match(tested.stdout, /^# pass 2$/m)

        const files = vitest.map(({ name }) => `out/${name}.js`)
        const more = yield* run(["node_modules/vitest/vitest.mjs", "run", ...files])
        assert.strictEqual(more.code, 0, `${more.stdout}${more.stderr}`)
        assert.match(more.stdout, /2 passed/)
      }),
    600_000,
  )
})
