/** `session run`: the entry asks systemd and D-Bus, and the part that it loads meanwhile takes their answers. */
import { chmodSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { byTree } from "../../support/byTree.ts"
import { i3pm } from "../../support/daemon.ts"
import { describeWith } from "../../support/needs.ts"
import { startScripted } from "../../support/scriptedCompositor.ts"
import { makeRuntimeDir, makeScratchDir, stageBundle } from "../../support/TestUser.ts"

/** Programs of these names that write down how they were called, print, and end with this status. */
const fakePrograms = (status: number) =>
  Effect.gen(function* () {
    const bin = yield* makeScratchDir
    const calls = join(bin, "calls")
    writeFileSync(calls, "")
    chmodSync(calls, 0o666)
    for (const name of ["systemctl", "busctl"]) {
      writeFileSync(join(bin, name), `#!/bin/sh\necho "${name} $*" >> ${calls}\necho ${name}\nexit ${status}\n`)
      chmodSync(join(bin, name), 0o755)
    }
    return { PATH: `${bin}:${process.env["PATH"]}`, calls: () => readFileSync(calls, "utf8").trim().split("\n").sort() }
  })

const setUp = Effect.all({ runtimeDir: makeRuntimeDir, entry: stageBundle })

const QUESTIONS = [
  "busctl --user --quiet call org.freedesktop.DBus /org/freedesktop/DBus org.freedesktop.DBus GetId",
  "systemctl --user --no-pager show-environment --output=json",
]

describeWith(["setpriv", "node"], "the session that the entry begins", () => {
  it.scopedLive("asks both before its part is loaded, unless it takes over", () =>
    Effect.gen(function* () {
      const { entry, runtimeDir } = yield* setUp
      const { PATH, calls } = yield* fakePrograms(0)
      const part = join(dirname(entry), "session.cjs")
      rmSync(part)
      writeFileSync(
        part,
        `exports.run = async (_, opened) => {
           const ended = await Promise.all((opened?.asked ?? []).map(each => each.ended))
           process.stdout.write(ended.map(each => each.stdout).join(""))
           process.exit(7)
         }`,
      )
      const options = { runtimeDir, env: { PATH } }
      assert.deepInclude(yield* i3pm(entry, ["session", "run"], options), { code: 7, stdout: "systemctl\nbusctl\n" })
      assert.deepStrictEqual(calls(), QUESTIONS)
      const over = yield* i3pm(entry, ["session", "run", "--take-over", "--socket", "/x"], options)
      assert.deepInclude(over, { code: 7, stdout: "" })
    }),
  )

  it.scopedLive("is told of a systemd that does not answer as the tree is, which is asked once", () =>
    Effect.gen(function* () {
      const { entry, runtimeDir } = yield* setUp
      const path = `${runtimeDir}/scripted.sock`
      yield* startScripted(path, ({ name, reply }) => {
        if (name === "get_version") reply({ human_readable: "1.7", variant: "sway", major: 1, minor: 7, patch: 0 })
      })
      const run = (program: typeof i3pm) =>
        Effect.gen(function* () {
          const { PATH, calls } = yield* fakePrograms(1)
          const finished = yield* program(entry, ["session", "run"], { runtimeDir, env: { PATH, SWAYSOCK: path } })
          return { finished, systemctl: calls().filter(call => call.startsWith("systemctl")) }
        })
      const begun = yield* run(i3pm)
      assert.deepStrictEqual(begun, yield* run(byTree))
      assert.deepInclude(begun.finished, { code: 1, stdout: "" })
      assert.deepStrictEqual(begun.systemctl, QUESTIONS.slice(1))
    }),
  )
})
