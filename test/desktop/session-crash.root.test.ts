/** Binding of units while others do the same, and while it is killed: afterwards the old or the new state, and no litter. */
import * as fs from "node:fs"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { describeWith, sessionTools } from "../support/needs.ts"
import { stageBundle } from "../support/TestUser.ts"
import { treeOf } from "../support/treeOf.ts"
import { startUserSession } from "../support/UserSession.ts"

const G = "graphical-session.target"
const unit = `[Unit]\nPartOf=${G}\nAfter=${G}\n\n[Service]\nExecStart=/bin/true\n\n[Install]\nWantedBy=${G}\n`

const set = Effect.gen(function* () {
  const session = yield* startUserSession
  const entry = yield* stageBundle
  yield* session.run(process.execPath, [entry, "units", "install"])
  for (const name of ["a.service", "b.service"]) {
    yield* session.writeUnit(name, unit)
    yield* session.systemctl("enable", name)
  }
  const before = treeOf(session.unitDir)
  const i3pm = (...args: ReadonlyArray<string>) => session.run(process.execPath, [entry, ...args])
  /** Runs it under strace, which does something to the system calls of this kind. */
  const injected = (inject: string, ...args: ReadonlyArray<string>) => {
    const [calls = ""] = inject.split(":")
    const options = ["-f", "-qq", "-o", "/dev/null", "-e", `trace=${calls}`, "-e", `inject=${inject}`]
    return session.run("strace", [...options, process.execPath, entry, ...args])
  }
  return { session, before, i3pm, injected }
})

describeWith([...sessionTools, "node", "strace"], "session bind", () => {
  it.scopedLive(
    "of the same unit by two at once leaves it bound, with a record that undoes it",
    () =>
      Effect.gen(function* () {
        const { before, i3pm, injected, session } = yield* set
        for (let round = 0; round < 3; round += 1) {
          const slow = injected("rename:delay_enter=300000", "session", "bind", "a")
          const [one, other] = yield* Effect.all([slow, i3pm("session", "bind", "a")], { concurrency: 2 })
          assert.deepStrictEqual([one.code, other.code], [0, 0], `${one.stderr}${other.stderr}`)
          assert.include(fs.readFileSync(`${session.unitDir}/a.service`, "utf8"), "PartOf=sway-session.target")
          assert.isTrue(fs.existsSync(`${session.stateHome}/i3pm/bound/a.service.json`))
          const undone = yield* i3pm("session", "unbind", "a")
          assert.strictEqual(undone.code, 0, undone.stderr)
          assert.deepStrictEqual(treeOf(session.unitDir), before)
        }
      }),
    120_000,
  )

  it.scopedLive(
    "killed at any change leaves the old or the new state, which the next command completes or undoes",
    () =>
      Effect.gen(function* () {
        const { before, i3pm, injected, session } = yield* set
        let kills = 0
        for (const [calls, most] of [
          ["rename,renameat,renameat2", 3],
          ["symlink,symlinkat", 1],
          ["unlink,unlinkat", 1],
          ["fsync", 4],
        ] as const) {
          for (let when = 1; when <= most; when += 1) {
            const killed = yield* injected(`${calls}:signal=KILL:when=${when}`, "session", "bind", "a", "b")
            if (killed.code !== 0) kills += 1
            // In one half of the cases the bind is done again, in the other it is undone as it stands.
            if (when % 2 === 0) assert.strictEqual((yield* i3pm("session", "bind", "a", "b")).code, 0)
            const undone = yield* i3pm("session", "unbind", "--all")
            assert.strictEqual(undone.code, 0, `${calls} ${when}: ${undone.stderr}`)
            assert.deepStrictEqual(treeOf(session.unitDir), before, `${calls} ${when}`)
            assert.isFalse(fs.existsSync(`${session.stateHome}/i3pm`), `${calls} ${when}`)
          }
        }
        assert.isAbove(kills, 4)
      }),
    180_000,
  )
})
