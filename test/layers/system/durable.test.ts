import * as fs from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as durable from "../../../src/layers/system/durable.ts"
import { besideOf, removeEmptyBelow, removeLeftovers } from "../../../src/layers/system/leftovers.ts"
import { makeScratchDir } from "../../support/TestUser.ts"

const modeOf = (path: string) => fs.statSync(path).mode & 0o7777

const put = [durable.replaceFile, durable.replaceFileDurably]

describe("a file that is replaced", () => {
  it.scoped("is a new one with these bytes, this mode and this time, and nothing is left beside it", () =>
    Effect.gen(function* () {
      const directory = yield* makeScratchDir
      for (const [index, replace] of put.entries()) {
        const path = `${directory}/${index}`
        fs.writeFileSync(path, "old")
        const before = fs.statSync(path).ino
        replace(path, Buffer.from("new"), { mode: 0o664, mtime: 1_000_000_000 })
        assert.strictEqual(fs.readFileSync(path, "utf8"), "new")
        assert.strictEqual(modeOf(path), 0o664)
        assert.strictEqual(fs.statSync(path).mtimeMs, 1e12)
        assert.notStrictEqual(fs.statSync(path).ino, before)
      }
      assert.deepStrictEqual(fs.readdirSync(directory), ["0", "1"])
    }),
  )

  it.scoped("replaces a link and not what it leads to, and what a killed process of this pid has left", () =>
    Effect.gen(function* () {
      const directory = yield* makeScratchDir
      fs.writeFileSync(`${directory}/a`, "kept")
      fs.symlinkSync("a", `${directory}/b`)
      fs.writeFileSync(besideOf(`${directory}/b`), "half")
      durable.replaceFile(`${directory}/b`, Buffer.from("new"), { mode: 0o644 })
      assert.strictEqual(fs.readFileSync(`${directory}/a`, "utf8"), "kept")
      assert.strictEqual(fs.readFileSync(`${directory}/b`, "utf8"), "new")
      assert.deepStrictEqual(fs.readdirSync(directory), ["a", "b"])
    }),
  )

  it.scoped("may have a name that is not UTF-8", () =>
    Effect.gen(function* () {
      const directory = yield* makeScratchDir
      durable.replaceFile(`${directory}/\udcff`, Buffer.from("new"), { mode: 0o644 })
      const [name] = fs.readdirSync(directory, "buffer")
      assert.deepStrictEqual(name, Buffer.from([0xff]))
    }),
  )

  it.scoped("stays as it was where it cannot be replaced", () =>
    Effect.gen(function* () {
      const directory = yield* makeScratchDir
      fs.mkdirSync(`${directory}/a`)
      assert.throws(() => durable.replaceFile(`${directory}/a`, Buffer.from("new"), { mode: 0o644 }), /EISDIR/)
      assert.deepStrictEqual(fs.readdirSync(directory), ["a"])
    }),
  )
})

describe("a file that is created", () => {
  it.scoped("is made once", () =>
    Effect.gen(function* () {
      const directory = yield* makeScratchDir
      const create = (text: string) => durable.createFile(`${directory}/a`, Buffer.from(text), { mode: 0o600 })
      assert.isTrue(create("first"))
      assert.isFalse(create("second"))
      assert.strictEqual(fs.readFileSync(`${directory}/a`, "utf8"), "first")
      assert.deepStrictEqual(fs.readdirSync(directory), ["a"])
      assert.throws(() => durable.createFile(`${directory}/none/a`, Buffer.from(""), { mode: 0o600 }), /ENOENT/)
    }),
  )
})

describe("a directory that is created", () => {
  it.scoped("has all its files, and is refused where there is something, even an empty directory", () =>
    Effect.gen(function* () {
      const directory = yield* makeScratchDir
      assert.isTrue(durable.createDirectory(`${directory}/a`, { one: "1", two: "2" }))
      fs.mkdirSync(`${directory}/b`)
      fs.symlinkSync("nowhere", `${directory}/c`)
      for (const name of ["a", "b", "c"])
        assert.isFalse(durable.createDirectory(`${directory}/${name}`, { three: "3" }))
      assert.sameMembers(fs.readdirSync(directory, { recursive: true }).map(String), ["a", "a/one", "a/two", "b", "c"])
      assert.strictEqual(fs.readFileSync(`${directory}/a/two`, "utf8"), "2")
      assert.throws(() => durable.createDirectory(`${directory}/d`, { "no/such": "" }), /ENOENT/)
      assert.isFalse(fs.existsSync(`${directory}/d`))
      assert.lengthOf(fs.readdirSync(directory), 3)
    }),
  )
})

describe("links and directories", () => {
  it.scoped("a link is made where there is nothing, or replaces what is there", () =>
    Effect.gen(function* () {
      const path = `${yield* makeScratchDir}/a`
      durable.makeLink(path, "one")
      assert.throws(() => durable.makeLink(path, "two"), /EEXIST/)
      durable.replaceLink(path, "two")
      assert.strictEqual(fs.readlinkSync(path), "two")
      durable.removeFile(path)
      assert.isFalse(fs.existsSync(path))
    }),
  )

  it.scoped("a directory is made with its parents, of which the topmost is named", () =>
    Effect.gen(function* () {
      const directory = yield* makeScratchDir
      assert.strictEqual(durable.makeDirectory(`${directory}/a/b/c`), `${directory}/a`)
      assert.isUndefined(durable.makeDirectory(`${directory}/a/b/c`))
    }),
  )

  it.scoped("empty directories are removed up to one of them, or to one that holds something", () =>
    Effect.gen(function* () {
      const directory = yield* makeScratchDir
      const deep = `${directory}/a/b/c/d`
      fs.mkdirSync(deep, { recursive: true })
      fs.writeFileSync(`${directory}/a/file`, "")
      durable.removeEmptyUpTo(deep, `${directory}/a/b/c`)
      assert.deepStrictEqual(fs.readdirSync(`${directory}/a/b`), [])
      durable.removeEmptyUpTo(`${directory}/a/b`, directory)
      assert.deepStrictEqual(fs.readdirSync(`${directory}/a`), ["file"])
    }),
  )

  it.scoped("only an empty directory is removed", () =>
    Effect.gen(function* () {
      const directory = yield* makeScratchDir
      fs.mkdirSync(`${directory}/full/empty`, { recursive: true })
      fs.writeFileSync(`${directory}/file`, "")
      for (const name of ["full", "file", "none", "file/below"]) {
        assert.isFalse(durable.removeIfEmpty(`${directory}/${name}`))
      }
      assert.isTrue(durable.removeIfEmpty(`${directory}/full/empty`))
      assert.deepStrictEqual(fs.readdirSync(directory), ["file", "full"])
      assert.throws(() => durable.removeIfEmpty("/proc"))
    }),
  )

  it.scoped("what a killed process has left is removed, and nothing else", () =>
    Effect.gen(function* () {
      const directory = yield* makeScratchDir
      fs.mkdirSync(`${directory}/below`)
      fs.mkdirSync(`${directory}/empty`)
      const left = [".a.1.i3pm", "below/.b.22.i3pm"]
      const kept = [".a.x.i3pm", "a.1.i3pm", "below/b"]
      for (const name of [...left, ...kept]) fs.writeFileSync(`${directory}/${name}`, "")
      removeLeftovers(directory)
      removeEmptyBelow(directory)
      const found = fs.readdirSync(directory, { recursive: true }).map(String)
      assert.sameMembers(found, [...kept, "below"])
    }),
  )
})
