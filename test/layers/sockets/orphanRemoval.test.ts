import * as fs from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import type { Candidate } from "../../../src/layers/sockets/Candidate.ts"
import { makeOrphanRemoval } from "../../../src/layers/sockets/orphanRemoval.ts"
import type { Judged } from "../../../src/layers/sockets/Swept.ts"
import { stampOf } from "../../../src/layers/system/FileStamp.ts"
import { makeOwnDir } from "../support/children.ts"

const orphanAt = (path: string, pid: number | undefined = 7): Judged => {
  const candidate: Candidate = {
    path,
    origins: ["runtime_dir"],
    kind: "sway",
    pid,
    file: "file",
    owner: 0,
    identity: "1:2",
    inode: 2,
    modifiedAt: 0,
    stamp: stampOf(fs.lstatSync(path, { bigint: true })),
  }
  return { candidate, verdict: { verdict: "orphan", reason: "no listener" } }
}

/** Runs the effect and gives all that it logs: the message and its fields. */
const logsOf = <A>(effect: Effect.Effect<A>) =>
  Effect.gen(function* () {
    const lines: Array<string> = []
    const logger = Logger.make(({ annotations, message }) => {
      lines.push([message, ...[...annotations].sort().map(([name, value]) => `${name}=${value}`)].flat().join(" "))
    })
    const result = yield* Effect.provide(effect, Logger.replace(Logger.defaultLogger, logger))
    return { lines, result }
  })

const makeFile = Effect.map(makeOwnDir, directory => {
  const path = `${directory}/orphan`
  fs.writeFileSync(path, "")
  return path
})

describe("the removal of orphans", () => {
  it.scoped("logs the same line in a dry run, which removes nothing", () =>
    Effect.gen(function* () {
      const path = yield* makeFile
      const { remove } = makeOrphanRemoval()
      const dry = yield* logsOf(remove([orphanAt(path)], true))
      assert.deepInclude(dry.result[0], { path, removed: false })
      assert.isTrue(fs.existsSync(path))
      const real = yield* logsOf(remove([orphanAt(path)], false))
      assert.deepInclude(real.result[0], { path, removed: true })
      assert.isFalse(fs.existsSync(path))
      assert.deepStrictEqual(real.lines, [`remove orphaned socket path=${path} pid=7 reason=no listener`])
      assert.deepStrictEqual(dry.lines, real.lines)
    }),
  )

  it.effect("logs a failure once, and again when the file was away in between", () =>
    Effect.gen(function* () {
      const { forgetOthers, remove } = makeOrphanRemoval()
      // Nobody can remove it, not even root.
      const path = "/sys/kernel/notes"
      const attempt = logsOf(remove([orphanAt(path)], false))
      const first = yield* attempt
      assert.deepInclude(first.result[0], { path, removed: false })
      assert.lengthOf(first.lines, 1)
      forgetOthers(first.result)
      assert.deepStrictEqual((yield* attempt).lines, [])
      forgetOthers([])
      assert.deepStrictEqual((yield* attempt).lines, first.lines)
    }),
  )

  it.scoped("keeps a file that has changed since it was judged, and logs nothing", () =>
    Effect.gen(function* () {
      const path = yield* makeFile
      const orphan = orphanAt(path)
      fs.writeFileSync(path, "content")
      const { lines, result } = yield* logsOf(makeOrphanRemoval().remove([orphan], false))
      assert.deepInclude(result[0], { verdict: "unknown", removed: false })
      assert.strictEqual(fs.readFileSync(path, "utf8"), "content")
      assert.deepStrictEqual(lines, [])
    }),
  )
})
