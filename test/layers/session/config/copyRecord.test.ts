import * as fs from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as CopyRecord from "../../../../src/layers/session/config/copyRecord.ts"
import { pathOf } from "../../../../src/layers/system/rawText.ts"
import { makeOwnDir } from "../../support/children.ts"

describe("the record of a copy", () => {
  it.scoped("knows its text, and whether the copy was ever finished", () =>
    Effect.gen(function* () {
      const state = yield* makeOwnDir
      const copy = `${state}/config`
      assert.isUndefined(CopyRecord.unfinished(state))
      CopyRecord.write(state, copy, "text")
      assert.strictEqual(CopyRecord.unfinished(state), copy)
      fs.writeFileSync(copy, "text")
      assert.isUndefined(CopyRecord.unfinished(state))
      assert.isTrue(CopyRecord.isUntouched(state, copy, "text"))
      assert.isFalse(CopyRecord.isUntouched(state, copy, "other"))
      assert.isFalse(CopyRecord.isUntouched(state, "/other", "text"))
    }),
  )

  it.scoped("is found again where the state directory or the copy has a name that is not UTF-8", () =>
    Effect.gen(function* () {
      const state = `${yield* makeOwnDir}/\udcff`
      const copy = `${state}/\udcfe`
      CopyRecord.write(state, copy, "text")
      assert.strictEqual(CopyRecord.unfinished(state), copy)
      fs.writeFileSync(pathOf(copy), "text")
      assert.isUndefined(CopyRecord.unfinished(state))
      CopyRecord.forget(state, copy)
      assert.deepStrictEqual(fs.readdirSync(pathOf(state), "buffer"), [Buffer.from([0xfe])])
    }),
  )

  it.scoped("is removed for its own file only, with its directory", () =>
    Effect.gen(function* () {
      const state = yield* makeOwnDir
      CopyRecord.write(state, "/a", "text")
      CopyRecord.forget(state, "/b")
      assert.isTrue(CopyRecord.isUntouched(state, "/a", "text"))
      CopyRecord.forget(state, "/a")
      assert.deepStrictEqual(fs.readdirSync(state), [])
    }),
  )
})
