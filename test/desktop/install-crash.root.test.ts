/** What writes units and sway's configuration, killed at its changes: afterwards the old or the new state, and no litter. */
import * as fs from "node:fs"
import * as path from "node:path"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { describeWith, sessionTools, swayTools } from "../support/needs.ts"
import { makeScratchDir, stageBundle } from "../support/TestUser.ts"
import { treeOf } from "../support/treeOf.ts"
import { startUserSession } from "../support/UserSession.ts"

/** The calls that change a file system for good, by kind. */
const kinds = ["rename,renameat,renameat2", "symlink,symlinkat", "unlink,unlinkat", "fsync"]

const cases = [
  { command: ["units", "install"], undo: ["units", "uninstall"], first: [] },
  { command: ["units", "uninstall"], undo: ["units", "install"], first: [["units", "install"]] },
  { command: ["session", "install"], undo: ["session", "uninstall"], first: [] },
  { command: ["session", "uninstall"], undo: ["session", "install"], first: [["session", "install"]] },
]

const set = Effect.gen(function* () {
  const session = yield* startUserSession
  const entry = yield* stageBundle
  const log = `${yield* makeScratchDir}/calls`
  const i3pm = (...args: ReadonlyArray<string>) => session.run(process.execPath, [entry, ...args])
  const traced = (calls: string, more: ReadonlyArray<string>, args: ReadonlyArray<string>) => {
    const options = ["-f", "-qq", "-o", log, "-e", `trace=${calls}`, ...more]
    return session.run("strace", [...options, process.execPath, entry, ...args])
  }
  const state = () => [session.configHome, session.stateHome].map(treeOf)
  /** How many of these calls the command makes. */
  const count = (calls: string, args: ReadonlyArray<string>) =>
    Effect.map(traced(calls, [], args), ({ code, stderr }) => {
      assert.strictEqual(code, 0, stderr)
      return fs
        .readFileSync(log, "utf8")
        .split("\n")
        .filter(line => / = 0$/.test(line)).length
    })
  const kill = (calls: string, when: number, args: ReadonlyArray<string>) =>
    traced(calls, ["-e", `inject=${calls}:signal=KILL:when=${when}`], args)
  const done = (args: ReadonlyArray<string>) =>
    Effect.map(i3pm(...args), ({ code, stderr }) => assert.strictEqual(code, 0, stderr))
  return { session, count, done, kill, state }
})

/** Files that are whole, old or new: a file that is neither was half written. */
const assertWhole = (
  now: ReturnType<typeof treeOf>,
  one: ReturnType<typeof treeOf>,
  other: ReturnType<typeof treeOf>,
) => {
  const known = new Set([...one, ...other].map(entry => JSON.stringify(entry)))
  const strange = now.filter(([name = ""]) => !path.basename(name).endsWith(".i3pm") && !name.startsWith("i3pm"))
  assert.isEmpty(strange.filter(entry => !known.has(JSON.stringify(entry))))
}

describeWith([...sessionTools, ...swayTools, "node", "strace"], "killed at a change", () => {
  for (const { command, first, undo } of cases) {
    it.scopedLive(
      `${command.join(" ")} leaves what the same command completes and the other undoes`,
      () =>
        Effect.gen(function* () {
          const { count, done, kill, state } = yield* set
          for (const args of first) yield* done(args)
          const before = state()
          for (const calls of kinds) {
            const most = yield* count(calls, command)
            const after = state()
            yield* done(undo)
            assert.deepStrictEqual(state(), before, `undone by ${undo.join(" ")}`)
            for (const when of new Set(most === 0 ? [] : [1, Math.ceil(most / 2), most])) {
              const at = `${calls} ${when} of ${most}`
              assert.notStrictEqual((yield* kill(calls, when, command)).code, 0, at)
              state().forEach((tree, index) => {
                assertWhole(tree, before[index] ?? [], after[index] ?? [])
              })
              if (when % 2 === 0) {
                yield* done(command)
                assert.deepStrictEqual(state(), after, `${at}, then done again`)
              }
              yield* done(undo)
              assert.deepStrictEqual(state(), before, `${at}, then undone`)
            }
          }
        }),
      240_000,
    )
  }
})
