import * as fs from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { identityAt, identityOf, isSameFile, isUntouched, stampOf } from "../../../src/layers/system/FileStamp.ts"
import { makeScratchDir } from "../../support/TestUser.ts"

const stampAt = (path: string) => stampOf(fs.lstatSync(path, { bigint: true }))

const fileIn = Effect.map(makeScratchDir, directory => {
  const path = `${directory}/a`
  fs.writeFileSync(path, "text")
  return { path, moved: `${directory}/b` }
})

describe("a stamp", () => {
  it.scoped("is of the same file under another name, which was touched meanwhile", () =>
    Effect.gen(function* () {
      const { moved, path } = yield* fileIn
      const before = stampAt(path)
      assert.isTrue(isUntouched(before, stampAt(path)))
      fs.chmodSync(path, 0o600)
      fs.renameSync(path, moved)
      assert.isTrue(isSameFile(before, stampAt(moved)))
      assert.isFalse(isUntouched({ ...before, ctimeNs: before.ctimeNs - 1n }, stampAt(moved)))
      assert.isFalse(isSameFile(before, undefined))
    }),
  )

  it.scoped("is not of a file with other content, nor of another one with its inode number", () =>
    Effect.gen(function* () {
      const stamp = stampAt((yield* fileIn).path)
      assert.isFalse(isSameFile(stamp, { ...stamp, size: stamp.size + 1n }))
      assert.isFalse(isSameFile(stamp, { ...stamp, mtimeNs: stamp.mtimeNs + 1n }))
      assert.isFalse(isSameFile(stamp, { ...stamp, dev: stamp.dev + 1n }))
    }),
  )
})

describe("an identity", () => {
  it.scoped("is that of the file whatever its name is, and of a link or of what it leads to", () =>
    Effect.gen(function* () {
      const { moved, path } = yield* fileIn
      const own = identityOf(stampAt(path))
      assert.strictEqual(identityAt(path, "itself"), own)
      fs.symlinkSync(path, moved)
      assert.strictEqual(identityAt(moved, "followed"), own)
      assert.notStrictEqual(identityAt(moved, "itself"), own)
    }),
  )

  it.scoped("is missing where nothing can be seen", () =>
    Effect.gen(function* () {
      const { moved, path } = yield* fileIn
      assert.isUndefined(identityAt(moved, "itself"))
      assert.isUndefined(identityAt(`${path}/below`, "followed"))
    }),
  )
})
