import * as fs from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { removeIfSame, restoreInterrupted } from "../../../src/layers/cleanup/remove.ts"
import { startTimeOf } from "../../../src/layers/ProcessTable.ts"
import { stampOf } from "../../../src/layers/sockets/FileStamp.ts"
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
      // A directory can not be unlinked: the only failure that root can not do without mounting something.
      fs.mkdirSync(path)
      const removal = removeIfSame(path, stampAt(path))
      assert.strictEqual(removal.outcome, "failed")
      assert.include(removal.outcome === "failed" ? removal.message : "", path)
    }),
  )
})

describe("restoreInterrupted", () => {
  it.scoped("puts back what a killed process had moved aside", () =>
    Effect.gen(function* () {
      const { directory, path } = yield* makeFile
      const aside = `.i3pm-${noPid}-1.${name}`
      fs.renameSync(path, `${directory}/${aside}`)
      assert.deepStrictEqual(restoreInterrupted(directory), [aside])
      assert.deepStrictEqual(fs.readdirSync(directory), [name])
    }),
  )

  it.scoped("leaves it while its process runs, and where the name has been taken", () =>
    Effect.gen(function* () {
      const { directory, path } = yield* makeFile
      const busy = `.i3pm-${process.pid}-${startTimeOf(process.pid)}.${name}`
      const taken = `.i3pm-${noPid}-1.${name}`
      fs.writeFileSync(`${directory}/${busy}`, "busy")
      fs.writeFileSync(`${directory}/${taken}`, "taken")
      assert.deepStrictEqual(restoreInterrupted(directory), [])
      assert.sameMembers(fs.readdirSync(directory), [busy, taken, name])
      assert.strictEqual(fs.readFileSync(path, "utf8"), "judged")
    }),
  )

  it.scoped("has nothing to do in a directory that is not there", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(restoreInterrupted(`${yield* makeOwnDir}/none`), [])
    }),
  )
})
