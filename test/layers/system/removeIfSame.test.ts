import * as fs from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { nameBefore } from "../../../src/layers/system/asideName.ts"
import { stampOf } from "../../../src/layers/system/FileStamp.ts"
import { removeIfSame, restore } from "../../../src/layers/system/removeIfSame.ts"
import { makeOwnDir } from "../support/children.ts"

const stampAt = (path: string) => stampOf(fs.lstatSync(path, { bigint: true }))

/** More than a pid can be, so that no process has it. */
const noPid = 99_000_000

const name = `sway-ipc.0.${noPid}.sock`

const makeFile = Effect.map(makeOwnDir, directory => {
  const path = `${directory}/${name}`
  fs.writeFileSync(path, "judged")
  return { directory, path, judged: stampAt(path) }
})

describe("removeIfSame", () => {
  it.scoped("removes the file that was judged, and leaves nothing", () =>
    Effect.gen(function* () {
      const { directory, judged, path } = yield* makeFile
      assert.deepStrictEqual(removeIfSame(path, judged), { outcome: "removed" })
      assert.deepStrictEqual(fs.readdirSync(directory), [])
    }),
  )

  it.scoped("leaves another file of that name, one with the same inode too", () =>
    Effect.gen(function* () {
      const { directory, judged, path } = yield* makeFile
      // The kernel gives a free inode number out again at once; the times tell.
      fs.unlinkSync(path)
      fs.writeFileSync(path, "another")
      assert.deepStrictEqual(removeIfSame(path, judged), { outcome: "changed" })
      const again = { ...judged, ino: stampAt(path).ino }
      assert.deepStrictEqual(removeIfSame(path, again), { outcome: "changed" })
      assert.deepStrictEqual(fs.readdirSync(directory), [name])
      assert.strictEqual(fs.readFileSync(path, "utf8"), "another")
    }),
  )

  it.scoped("leaves a file that has other content, in the same tick of the file system's clock too", () =>
    Effect.gen(function* () {
      const { judged, path } = yield* makeFile
      fs.appendFileSync(path, "!")
      // Not even the times tell.
      const sameTimes = { ...stampAt(path), size: judged.size }
      assert.deepStrictEqual(removeIfSame(path, sameTimes), { outcome: "changed" })
      assert.strictEqual(fs.readFileSync(path, "utf8"), "judged!")
    }),
  )

  it.scoped("has nothing to do where the file has gone already", () =>
    Effect.gen(function* () {
      const { judged, path } = yield* makeFile
      fs.unlinkSync(path)
      assert.deepStrictEqual(removeIfSame(path, judged), { outcome: "gone" })
    }),
  )

  it.scoped("says what went wrong, and the file stays", () =>
    Effect.gen(function* () {
      const directory = yield* makeOwnDir
      const path = `${directory}/${name}`
      // A directory cannot be unlinked: the only failure that root cannot do without mounting something.
      fs.mkdirSync(path)
      const removal = removeIfSame(path, stampAt(path))
      assert.strictEqual(removal.outcome, "failed")
      assert.include(removal.outcome === "failed" ? removal.message : "", path)
    }),
  )
})

describe("a file that was moved aside", () => {
  const moved = Effect.map(makeFile, ({ directory, judged, path }) => {
    const aside = `${directory}/.i3pm-0123456789abcdef.${name}`
    fs.renameSync(path, aside)
    return { directory, judged, path, aside }
  })

  it.scoped("is removed where it lies", () =>
    Effect.gen(function* () {
      const { aside, directory } = yield* moved
      assert.deepStrictEqual(removeIfSame(aside, stampAt(aside)), { outcome: "removed" })
      assert.deepStrictEqual(fs.readdirSync(directory), [])
    }),
  )

  it.scoped("gets its name back", () =>
    Effect.gen(function* () {
      const { aside, directory, path } = yield* moved
      assert.isTrue(restore(aside, path))
      assert.deepStrictEqual(fs.readdirSync(directory), [name])
    }),
  )

  it.scoped("gets it back when another sweep was killed half-way", () =>
    Effect.gen(function* () {
      const { aside, directory, path } = yield* moved
      fs.linkSync(aside, path)
      assert.isTrue(restore(aside, path))
      assert.deepStrictEqual(fs.readdirSync(directory), [name])
    }),
  )

  it.scoped("stays where its name has been taken", () =>
    Effect.gen(function* () {
      const { aside, directory, path } = yield* moved
      fs.writeFileSync(path, "another")
      assert.isFalse(restore(aside, path))
      assert.sameMembers(fs.readdirSync(directory), [aside.replace(`${directory}/`, ""), name])
      assert.strictEqual(fs.readFileSync(path, "utf8"), "another")
    }),
  )

  it.scoped("is back already when another sweep was faster", () =>
    Effect.gen(function* () {
      const { aside, directory, path } = yield* moved
      fs.renameSync(aside, path)
      assert.isTrue(restore(aside, path))
      assert.deepStrictEqual(fs.readdirSync(directory), [name])
    }),
  )

  it("is known by its name", () => {
    assert.strictEqual(nameBefore(`.i3pm-0123456789abcdef.${name}`), name)
    for (const other of [name, `.i3pm-1-1.${name}`, ".i3pm-0123456789abcdef.", `x.i3pm-0123456789abcdef.${name}`]) {
      assert.isUndefined(nameBefore(other))
    }
  })
})
