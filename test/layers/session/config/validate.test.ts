import * as fs from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { validate } from "../../../../src/layers/session/config/validate.ts"
import { Subprocess } from "../../../../src/layers/system/Subprocess.ts"
import { makeOwnDir } from "../../support/children.ts"

describe("validate", () => {
  it.scoped("leaves no directory that it had to make, however many", () =>
    Effect.gen(function* () {
      const home = yield* makeOwnDir
      const path = `${home}/.config/sway/config`
      const looked: Array<string> = []
      const sway = Subprocess.of({
        run: (_, [, , file = ""]) =>
          Effect.sync(() => {
            looked.push(fs.readFileSync(file, "utf8"))
            return { code: 1, stdout: "", stderr: "Error on line 1\n" }
          }),
      })
      const refused = validate({ path, before: "", copiedFrom: "/etc/sway/config" }, "wrong", {})
      const failure = yield* Effect.flip(Effect.provideService(refused, Subprocess, sway))
      assert.strictEqual(failure.reason, "Invalid")
      assert.deepStrictEqual(looked, ["wrong"])
      assert.deepStrictEqual(fs.readdirSync(home), [])
    }),
  )
})
