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

describe("the directory for compiled code", () => {
  it.scoped("is made for this user alone, and used again", () =>
    Effect.gen(function* () {
      const path = `${yield* makeBase}/i3pm`
      assert.isTrue(isOwnCache(path, uid))
      assert.strictEqual(fs.statSync(path).mode & 0o777, 0o700)
      assert.isTrue(isOwnCache(path, uid))
    }),
  )

  it.scoped("is not used where it is a link, a file, or open to others", () =>
    Effect.gen(function* () {
      const base = yield* makeBase
      const path = `${base}/i3pm`
      fs.mkdirSync(`${base}/real`, { mode: 0o700 })
      const kinds: ReadonlyArray<() => void> = [
        () => fs.symlinkSync(`${base}/real`, path),
        () => fs.writeFileSync(path, ""),
        () => fs.mkdirSync(path, { mode: 0o755 }),
      ]
      for (const make of kinds) {
        make()
        assert.isFalse(isOwnCache(path, uid), String(make))
        fs.rmSync(path, { recursive: true })
      }
    }),
  )

  it.scoped("is not made where there is no cache directory, or others may write to that one", () =>
    Effect.gen(function* () {
      const base = yield* makeBase
      assert.isFalse(isOwnCache(`${base}/none/i3pm`, uid))
      fs.chmodSync(base, 0o777)
      assert.isFalse(isOwnCache(`${base}/i3pm`, uid))
      assert.deepStrictEqual(fs.readdirSync(base), [])
    }),
  )
})
