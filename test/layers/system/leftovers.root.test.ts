import { spawnSync } from "node:child_process"
import * as fs from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { replaceFile } from "../../../src/layers/system/durable.ts"
import { besideOf } from "../../../src/layers/system/leftovers.ts"
import { makeScratchDir } from "../../support/TestUser.ts"

const NOBODY = 65534

/** A directory of another user with a file, and a link of his. */
const makeForeign = (path: string) => {
  fs.mkdirSync(path)
  fs.writeFileSync(`${path}/file`, "")
  fs.chownSync(path, NOBODY, NOBODY)
}

/** The pid of a process that has ended. */
const deadPid = () => spawnSync(process.execPath, ["-e", "0"]).pid

describe("in a directory where another user may write", () => {
  it.scoped("what looks like a leftover is not entered if it is his directory, and removed if it is his link", () =>
    Effect.gen(function* () {
      const directory = yield* makeScratchDir
      const path = `${directory}/health.prom`
      const dead = deadPid()
      const foreign = `${directory}/.health.prom.${dead}.i3pm`
      const link = `${directory}/.health.prom.${deadPid()}.i3pm`
      makeForeign(foreign)
      fs.symlinkSync(directory, link)
      fs.lchownSync(link, NOBODY, NOBODY)
      replaceFile(path, Buffer.from("new"), { mode: 0o600 })
      assert.strictEqual(fs.readFileSync(path, "utf8"), "new")
      assert.isTrue(fs.existsSync(`${foreign}/file`))
      assert.isUndefined(fs.lstatSync(link, { throwIfNoEntry: false }))
    }),
  )

  it.scoped("a directory of his with the temporary name is not entered: the file cannot be written", () =>
    Effect.gen(function* () {
      const path = `${yield* makeScratchDir}/health.prom`
      makeForeign(besideOf(path))
      assert.throws(() => replaceFile(path, Buffer.from("new"), { mode: 0o600 }), /EEXIST/)
      assert.isTrue(fs.existsSync(`${besideOf(path)}/file`))
    }),
  )
})
