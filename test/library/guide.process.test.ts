/** The tests that docs/library.md shows, on the installed tarball: they pass as they are. `examples.test.ts` compiles them strictly. */
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import ts from "typescript"
import { BUILD_LIMIT, codeBlocks, makeUserPackage } from "../support/library.ts"
import { describeWith } from "../support/needs.ts"
import { runAs } from "../support/Spawn.ts"
import { makeRuntimeDir } from "../support/TestUser.ts"

const packages = ["effect", "@effect/platform", "@effect/platform-node", "@effect/vitest", "vitest"]

const compilerOptions = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext }

/** The blocks that import this module, without their types, and the files that they are written to. */
const testsWith = (module: string) =>
  codeBlocks("docs/library.md", "ts").flatMap((code, index) =>
    code.includes(`from "${module}"`)
      ? [{ file: `guide-${index}.test.js`, code: ts.transpileModule(code, { compilerOptions }).outputText }]
      : [],
  )

describeWith(["npm", "node"], "the guide", () => {
  it.scopedLive(
    "has tests that pass",
    () =>
      Effect.gen(function* () {
        const user = yield* makeUserPackage(packages)
        const own = testsWith("node:test")
        const vitest = testsWith("@effect/vitest")
        for (const { code, file } of [...own, ...vitest]) user.write(file, code)
        const runtimeDir = yield* makeRuntimeDir
        const run = (args: ReadonlyArray<string>) =>
          runAs(process.execPath, args, { runtimeDir, cwd: user.directory, asRoot: true })

        const tested = yield* run(["--test", ...own.map(({ file }) => file)])
        assert.strictEqual(tested.code, 0, `${tested.stdout}${tested.stderr}`)
        assert.match(tested.stdout, /^# pass 3$/m)

        const more = yield* run(["node_modules/vitest/vitest.mjs", "run", ...vitest.map(({ file }) => file)])
        assert.strictEqual(more.code, 0, `${more.stdout}${more.stderr}`)
        assert.match(more.stdout, /2 passed/)
      }),
    BUILD_LIMIT,
  )
})
