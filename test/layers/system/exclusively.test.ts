import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { exclusively } from "../../../src/layers/system/exclusively.ts"
import { makeScratchDir } from "../../support/TestUser.ts"

describe("exclusively", () => {
  it.scoped("runs one at a time for a file, also after a failure", () =>
    Effect.gen(function* () {
      const directory = yield* makeScratchDir
      const at = (name: string, content = "") => ({ path: `${directory}/${name}`, content })
      const run = (name: string, content?: string) => exclusively(at(name, content), () => name)
      const all = [run("a"), run("a"), run("b"), run("a", "other")]
      const ran = yield* Effect.all(all, { concurrency: "unbounded" })
      assert.deepStrictEqual(ran, [Option.some("a"), Option.none(), Option.some("b"), Option.some("a")])
      const failed = exclusively(at("a"), () => {
        throw "full"
      })
      assert.strictEqual(yield* Effect.flip(failed), "full")
      assert.deepStrictEqual(yield* run("a"), Option.some("a"))
    }),
  )
})
