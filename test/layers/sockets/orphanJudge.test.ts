import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/TestClock"
import type { Candidate } from "../../../src/layers/sockets/Candidate.ts"
import { makeOrphanJudge } from "../../../src/layers/sockets/orphanJudge.ts"
import type { Listener } from "../../../src/layers/sockets/Verdict.ts"

const UID = 1000

const candidate = (name: string, changes: Partial<Candidate> = {}): Candidate => ({
  path: `/run/${name}`,
  origins: ["runtime_dir"],
  kind: "sway",
  pid: 7,
  file: "socket",
  owner: UID,
  identity: "1:2",
  inode: 2,
  modifiedAt: 0,
  stamp: undefined,
  ...changes,
})

/** A judge on listeners and processes that the test sets, and what it has asked for. */
const makeSetup = () => {
  const facts: { listener: Listener; processes: ReadonlyArray<number> } = {
    listener: { _tag: "refused" },
    processes: [],
  }
  const looked: Array<string> = []
  const lookedUp: Array<number> = []
  const judge = makeOrphanJudge({
    uid: UID,
    look: targets =>
      Effect.sync(() => {
        looked.push(...targets.map(({ path }) => path))
        return targets.map(() => facts.listener)
      }),
    findProcesses: pids =>
      Effect.sync(() => {
        lookedUp.push(...pids)
        return new Map(facts.processes.map(pid => [pid, { pid, name: "sway", state: "S", uid: UID }]))
      }),
  })
  return { facts, judge, looked, lookedUp }
}

describe("the judge of orphans", () => {
  it.effect("sorts files without a listener by the process of their pid", () =>
    Effect.gen(function* () {
      const { facts, judge, lookedUp } = makeSetup()
      facts.processes = [8]
      const { kept, orphans } = yield* judge.judge([candidate("dead"), candidate("starting", { pid: 8 })])
      assert.deepStrictEqual(
        orphans.map(each => each.candidate.path),
        ["/run/dead"],
      )
      assert.deepStrictEqual(
        kept.map(each => [each.candidate.path, each.verdict.verdict]),
        [["/run/starting", "suspect"]],
      )
      assert.deepStrictEqual(lookedUp, [7, 8])
    }),
  )

  it.effect("does not look up the process of a file with a listener", () =>
    Effect.gen(function* () {
      const { facts, judge, lookedUp } = makeSetup()
      facts.listener = { _tag: "accepted" }
      assert.strictEqual((yield* judge.judge([candidate("live")])).kept[0]?.verdict.verdict, "live")
      assert.deepStrictEqual(lookedUp, [])
    }),
  )

  it.effect("does not check the files of other users, and leaves out missing ones", () =>
    Effect.gen(function* () {
      const { judge, looked } = makeSetup()
      const other = candidate("other", { owner: 1 })
      const gone = candidate("gone", { file: "missing", owner: undefined })
      const { kept, orphans } = yield* judge.judge([other, gone])
      assert.deepStrictEqual(looked, [])
      assert.deepStrictEqual(orphans, [])
      assert.deepStrictEqual(
        kept.map(each => each.verdict.verdict),
        ["foreign"],
      )
    }),
  )

  it.effect("judges a young socket again after half a second, and an old one not", () =>
    Effect.gen(function* () {
      const { facts, judge, looked } = makeSetup()
      const since = 10_000
      const young = candidate("young", { modifiedAt: since - 499 })
      const old = candidate("old", { modifiedAt: since - 500 })
      const { orphans } = yield* judge.judge([young, old])
      looked.length = 0
      facts.listener = { _tag: "bound" }
      const fiber = yield* Effect.fork(judge.confirm(orphans, since))
      yield* TestClock.adjust("499 millis")
      assert.deepStrictEqual(looked, [])
      yield* TestClock.adjust("1 millis")
      const confirmed = yield* Fiber.join(fiber)
      assert.deepStrictEqual(looked, ["/run/young"])
      assert.deepStrictEqual(
        confirmed.orphans.map(each => each.candidate.path),
        ["/run/old"],
      )
      assert.deepStrictEqual(
        confirmed.kept.map(each => each.verdict.verdict),
        ["suspect"],
      )
    }),
  )
})
