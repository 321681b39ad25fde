import * as fs from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { layer, Subprocess } from "../../../src/layers/system/Subprocess.ts"
import { makeOwnDir } from "../support/children.ts"

const failure = (program: string, args: ReadonlyArray<string>) =>
  Effect.flatMap(Subprocess, ({ run }) => Effect.flip(run(program, args))).pipe(Effect.provide(layer))

describe("a program that cannot be started", () => {
  it.effect("is a typed error where an argument holds a NUL", () =>
    Effect.gen(function* () {
      const error = yield* failure("echo", ["a\0b"])
      assert.deepInclude(error, { _tag: "SubprocessError", reason: "NotStarted", program: "echo" })
      assert.include(error.message, "NUL")
    }),
  )

  it.effect("is a typed error where an argument is longer than the kernel takes", () =>
    Effect.gen(function* () {
      const error = yield* failure("echo", ["x".repeat(131_072)])
      assert.deepInclude(error, { reason: "NotStarted", program: "echo" })
      assert.include(error.message, "too long")
    }),
  )

  it.scoped("says in words that a program may not be run", () =>
    Effect.gen(function* () {
      const directory = yield* makeOwnDir
      fs.writeFileSync(`${directory}/plain`, "", { mode: 0o600 })
      const { message } = yield* failure(`${directory}/plain`, [])
      assert.strictEqual(message, `cannot run ${directory}/plain: permission denied`)
    }),
  )

  it.effect("is a typed error where it is not installed", () =>
    Effect.gen(function* () {
      assert.deepInclude(yield* failure("/no/such/program", []), { reason: "NotFound" })
    }),
  )
})
