import { chmodSync, writeFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { findProgram, searchPath, variable, variables } from "../../../src/layers/system/environment.ts"
import { makeScratchDir } from "../../support/TestUser.ts"

const within = (environment: Readonly<Record<string, string>>) =>
  Effect.withConfigProvider(ConfigProvider.fromMap(new Map(Object.entries(environment))))

describe("a variable", () => {
  it.effect("is none where it is not set or empty", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* variable("A"), Option.some(" a "))
      assert.deepStrictEqual(yield* variable("EMPTY"), Option.none())
      assert.deepStrictEqual(yield* variable("MISSING"), Option.none())
      assert.deepStrictEqual(yield* variables(["A", "EMPTY", "B", "MISSING"]), { A: " a ", B: "b" })
    }).pipe(within({ A: " a ", B: "b", EMPTY: "" })),
  )
})

describe("a program", () => {
  it.effect("is looked for in the directories of PATH", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* searchPath.pipe(within({ PATH: "/b::a" })), ["/b", "", "a"])
      assert.deepStrictEqual(yield* searchPath.pipe(within({})), [])
    }),
  )

  it.scoped("is the first that may be run, in an absolute directory", () =>
    Effect.gen(function* () {
      const [plain, first, second] = [yield* makeScratchDir, yield* makeScratchDir, yield* makeScratchDir]
      for (const directory of [plain, first, second]) writeFileSync(`${directory}/program`, "")
      for (const directory of [first, second]) chmodSync(`${directory}/program`, 0o755)
      const directories = ["", ".", "/none", plain, first, second]
      assert.deepStrictEqual(findProgram("program", directories), Option.some(`${first}/program`))
      assert.deepStrictEqual(findProgram("none", directories), Option.none())
    }),
  )
})
