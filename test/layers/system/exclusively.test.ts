import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { exclusively } from "../../../src/layers/system/exclusively.ts"
import { makeScratchDir } from "../../support/TestUser.ts"

describe("exclusively", () => {
  it.scoped("runs one at a time for a path, also after a failure", () =>
    Effect.gen(function* () {
      const directory = yield* makeScratchDir
      const run = (name: string) => exclusively(`${directory}/${name}`, () => name)
      const both = yield* Effect.all([run("a"), run("a"), run("b")], { concurrency: "unbounded" })
      assert.deepStrictEqual(both, [Option.some("a"), Option.none(), Option.some("b")])
      const failed = exclusively(`${directory}/a`, () => {
        throw "full"
      })
      assert.strictEqual(yield* Effect.flip(failed), "full")
      assert.deepStrictEqual(yield* run("a"), Option.some("a"))
    }),
  )
})
