import * as fs from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { beginProgram } from "../../../src/layers/system/runPlainly.ts"
import { layer, layerFrom, Subprocess } from "../../../src/layers/system/Subprocess.ts"
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

describe("a program that has begun", () => {
  const ran = (stdout: string) => Promise.resolve({ started: true, cause: null, stdout, stderr: "" } as const)

  it.effect("gives its result to the first who asks for it", () =>
    Effect.gen(function* () {
      const { run } = yield* Subprocess
      assert.strictEqual((yield* run("printf", ["two"])).stdout, "two")
      assert.strictEqual((yield* run("printf", ["one"], { env: {} })).stdout, "one")
      assert.strictEqual((yield* run("printf", ["one"])).stdout, "begun")
      assert.strictEqual((yield* run("printf", ["one"])).stdout, "one")
    }).pipe(Effect.provide(layerFrom([{ program: "printf", args: ["one"], ended: ran("begun") }]))),
  )

  it.live("is a typed error where it failed", () =>
    Effect.gen(function* () {
      const { run } = yield* Subprocess
      assert.deepInclude(yield* Effect.flip(run("/no/such/program", [])), { reason: "NotFound" })
      assert.deepInclude(yield* Effect.flip(run("echo", ["a\0b"])), { reason: "NotStarted" })
      assert.strictEqual((yield* run("sh", ["-c", "exit 3"])).code, 3)
    }).pipe(
      Effect.provide(
        Layer.suspend(() =>
          layerFrom([
            beginProgram("/no/such/program", []),
            beginProgram("echo", ["a\0b"]),
            beginProgram("sh", ["-c", "exit 3"]),
          ]),
        ),
      ),
    ),
  )
})
