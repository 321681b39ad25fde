/** The end of a program that is neither a success nor a failure nor a signal. */
import { fileURLToPath } from "node:url"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { build } from "esbuild"
import { describeWith } from "../../support/needs.ts"
import { runAs } from "../../support/Spawn.ts"
import { makeRuntimeDir, makeScratchDir } from "../../support/TestUser.ts"

const source = `
import * as Effect from "effect/Effect"
import { runMain } from "./src/programs/process/runMain.ts"
runMain(Effect.interrupt, { usage: 64, failure: 1, grace: 1000, endsBySignal: true, reloads: false })
`

describeWith(["setpriv", "node"], "runMain", () => {
  it.scopedLive("reports a program that is interrupted from inside: its work is not done", () =>
    Effect.gen(function* () {
      const file = `${yield* makeScratchDir}/main.cjs`
      const resolveDir = fileURLToPath(new URL("../../..", import.meta.url))
      const stdin = { contents: source, resolveDir, loader: "ts" } as const
      yield* Effect.promise(() => build({ stdin, outfile: file, bundle: true, platform: "node", format: "cjs" }))
      const runtimeDir = yield* makeRuntimeDir
      const ended = yield* runAs(process.execPath, [file], { runtimeDir, asRoot: true })
      assert.strictEqual(ended.code, 70)
      assert.match(ended.stderr, /internal error, please report it: /)
    }),
  )
})
