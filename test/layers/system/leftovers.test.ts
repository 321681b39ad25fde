import { spawnSync } from "node:child_process"
import * as fs from "node:fs"
import { tmpdir } from "node:os"
import { basename } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import {
  removeDeadBeside,
  removeDeadDirectories,
  removeEmptyBelow,
  removeLeftovers,
  temporaryPrefix,
} from "../../../src/layers/system/leftovers.ts"
import { pathOf } from "../../../src/layers/system/rawText.ts"
import { makeScratchDir } from "../../support/TestUser.ts"

/** The pid of a process that has ended. */
const deadPid = () => spawnSync(process.execPath, ["-e", "0"]).pid

describe("what processes have left", () => {
  it.scoped("beside a path is removed if they are dead, and only of this path", () =>
    Effect.gen(function* () {
      const directory = yield* makeScratchDir
      const dead = deadPid()
      const left = [`.a.${dead}.i3pm`, `.\udcff.${dead}.i3pm`]
      const kept = [`.a.${process.pid}.i3pm`, ".a.1.i3pm", `.b.${dead}.i3pm`, `.x.a.${dead}.i3pm`, `a.${dead}.i3pm`]
      fs.mkdirSync(`${directory}/${left[0]}`)
      fs.writeFileSync(`${directory}/${left[0]}/file`, "")
      fs.writeFileSync(
        Buffer.concat([Buffer.from(`${directory}/.`), Buffer.from([0xff]), Buffer.from(`.${dead}.i3pm`)]),
        "",
      )
      for (const name of kept) fs.writeFileSync(`${directory}/${name}`, "")
      removeDeadBeside(`${directory}/a`)
      removeDeadBeside(`${directory}/\udcff`)
      removeDeadBeside(`${directory}/none/a`)
      assert.sameMembers(fs.readdirSync(directory), kept)
    }),
  )

  it.scoped("is removed in a directory and below it, also where its name is not UTF-8", () =>
    Effect.gen(function* () {
      const directory = `${yield* makeScratchDir}/\udcff`
      fs.mkdirSync(pathOf(`${directory}/below`), { recursive: true })
      for (const name of [".a.1.i3pm", "below/.b.1.i3pm"]) fs.writeFileSync(pathOf(`${directory}/${name}`), "")
      removeLeftovers(directory)
      assert.deepStrictEqual(fs.readdirSync(pathOf(directory)), ["below"])
      assert.deepStrictEqual(fs.readdirSync(pathOf(`${directory}/below`)), [])
      removeEmptyBelow(directory)
      assert.deepStrictEqual(fs.readdirSync(pathOf(directory)), [])
    }),
  )

  it.scoped("as temporary directories is removed if they are dead", () =>
    Effect.gen(function* () {
      const make = (pid: number) => fs.mkdtempSync(`${tmpdir()}/i3pm-${pid}-`)
      const [dead, own] = yield* Effect.acquireRelease(
        Effect.sync(() => [make(deadPid()), fs.mkdtempSync(temporaryPrefix())] as const),
        all => Effect.sync(() => all.map(path => fs.rmSync(path, { recursive: true, force: true }))),
      )
      fs.writeFileSync(`${dead}/wayland-1.lock`, "")
      removeDeadDirectories()
      assert.isFalse(fs.existsSync(dead))
      assert.isTrue(fs.existsSync(own))
      assert.match(basename(own), new RegExp(`^i3pm-${process.pid}-\\w{6}$`))
    }),
  )
})
