import * as fs from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { currentUid } from "../../../src/layers/system/currentUid.ts"
import { isOwnCache } from "../../../src/programs/cli/compileCache.ts"
import { makeScratchDir } from "../../support/TestUser.ts"

const uid = currentUid()

const makeBase = Effect.map(makeScratchDir, directory => {
  fs.chownSync(directory, uid, uid)
  return directory
})

describe("the directory for compiled code of another user", () => {
  it.scoped("is neither made in another user's directory nor used where it is another user's", () =>
    Effect.gen(function* () {
      const base = yield* makeBase
      fs.mkdirSync(`${base}/i3pm`, { mode: 0o700 })
      fs.chownSync(`${base}/i3pm`, uid + 1, uid + 1)
      assert.isFalse(isOwnCache(`${base}/i3pm`, uid))
      fs.rmdirSync(`${base}/i3pm`)
      fs.chownSync(base, uid + 1, uid + 1)
      assert.isFalse(isOwnCache(`${base}/i3pm`, uid))
      assert.deepStrictEqual(fs.readdirSync(base), [])
    }),
  )
})
