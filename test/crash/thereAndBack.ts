/**
 * Tests of commands that write files and of those that undo them: killed at their system calls, alone and beside another one, and cut
 * off from power. Afterwards each file is the old or the new one, the same command completes what was begun, and the other one undoes
 * it to the byte.
 */
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { describeWith, sessionTools, swayTools } from "../support/needs.ts"
import type { HarnessError } from "../support/TestUser.ts"
import type { Call } from "./calls.ts"
import { Disk } from "./Disk.ts"
import { type Command, type Desk, makeDesk } from "./desk.ts"
import { choose, POINTS } from "./points.ts"
import { survivorsOf } from "./powerCut.ts"
import { type Tree, torn } from "./tree.ts"

/** A command, and the one that undoes it. */
interface Pair {
  readonly there: Command
  readonly back: Command
  /** Makes what both need. */
  readonly prepare: (desk: Desk) => Effect.Effect<void, HarnessError>
}

/** One direction of a pair: `command` makes `after` of `before`, and `undo` the other way round. */
interface Way {
  readonly command: Command
  readonly undo: Command
  readonly before: Tree
  readonly after: Tree
  readonly calls: ReadonlyArray<Call>
  /** True for the second command of the pair. */
  readonly isBack: boolean
}

const wholesOf = ({ records }: Desk, { after, before }: Way) => ({ states: [before, after], records })

/** Undoes it as it stands or, every third time, first completes it. What was killed before its first change needs neither. */
const completeAndUndo = (desk: Desk, { after, before, command, undo }: Way, index: number, at: string) =>
  Effect.gen(function* () {
    if (JSON.stringify(desk.state()) === JSON.stringify(before)) return
    if (index % 3 === 2) {
      yield* desk.done(command)
      assert.deepStrictEqual(desk.state(), after, `${at}, then done again`)
    }
    yield* desk.done(undo)
    assert.deepStrictEqual(desk.state(), before, `${at}, then undone`)
  })

const describeCall = ({ name, nth }: Call, command: Command) => `${command.join(" ")} killed at ${name} ${nth}`

/** The calls of other files are counted with these, and how many there are may differ from run to run. */
const mayBeMissed = ({ name }: Call) => /^(open|write)/.test(name)

const killAlone = (desk: Desk, way: Way) =>
  Effect.gen(function* () {
    const chosen = choose(desk.changesIn(way.calls), POINTS, way.command.join(" "))
    let kills = 0
    for (const [index, call] of chosen.entries()) {
      const at = describeCall(call, way.command)
      const killed = yield* desk.kill(call, way.command)
      if (killed.at !== undefined) kills += 1
      if (!mayBeMissed(call)) assert.strictEqual(killed.at, call.name, `${at}: ${killed.stderr}`)
      assert.deepStrictEqual(torn(desk.state(), wholesOf(desk, way)), [], at)
      yield* completeAndUndo(desk, way, index, at)
    }
    assert.isAtLeast(kills, Math.ceil(chosen.length / 2))
  })

/** Beside the same command or beside the opposite one, which goes on. */
const killBeside = (desk: Desk, way: Way) =>
  Effect.forEach(
    choose(desk.changesIn(way.calls), Math.ceil(POINTS / 4), `beside ${way.command.join(" ")}`),
    (call, index) =>
      Effect.gen(function* () {
        const other = way.isBack === (index % 2 === 0) ? way.command : way.undo
        const at = `${describeCall(call, way.command)} beside ${other.join(" ")}`
        const [, kept] = yield* Effect.all([desk.kill(call, way.command), desk.run(other)], { concurrency: 2 })
        assert.strictEqual(kept.code, 0, `${at}: ${kept.stderr}`)
        assert.deepStrictEqual(torn(desk.state(), wholesOf(desk, way)), [], at)
        yield* completeAndUndo(desk, way, index, at)
      }),
  )

/** Beside the same command, while it waits at a change: both are done, as if there was one. */
const slowBeside = (desk: Desk, { after, before, calls, command, undo }: Way) =>
  Effect.gen(function* () {
    const changes = desk.changesIn(calls)
    const call = changes[Math.floor(changes.length / 2)]
    if (call === undefined) return
    const at = `${command.join(" ")} twice at once`
    const both = yield* Effect.all([desk.slow(call, command), desk.run(command)], { concurrency: 2 })
    assert.deepStrictEqual(
      both.map(({ code }) => code),
      [0, 0],
      `${at}: ${both.map(({ stderr }) => stderr).join("")}`,
    )
    assert.deepStrictEqual(desk.state(), after, at)
    yield* desk.done(undo)
    assert.deepStrictEqual(desk.state(), before, at)
  })

/** Replays the calls on a model of a disk, and has some of the states that it finds undone for real. */
const cutPower = (desk: Desk, way: Way, disk: Disk) =>
  Effect.gen(function* () {
    const { lasting } = desk
    const survivors = survivorsOf(disk, way.calls, { lasting, wholes: wholesOf(desk, way) })
    const changed = survivors.filter(({ tree }) => JSON.stringify(tree) !== JSON.stringify(way.before))
    assert.isAbove(changed.length, 2)
    const step = Math.max(1, changed.length / Math.ceil(POINTS / 4))
    for (let at = step / 2; at < changed.length; at += step) {
      const survivor = changed[Math.floor(at)]
      if (survivor === undefined) continue
      desk.putState(survivor.tree)
      yield* completeAndUndo(desk, way, 1, `${way.command.join(" ")}, power cut ${survivor.when}`)
    }
  })

const killAll = (desk: Desk, command: Command, undo: Command, isBack: boolean) =>
  Effect.gen(function* () {
    const before = desk.state()
    const disk = new Disk(desk.lasting)
    const calls = yield* desk.record(command)
    const way = { command, undo, before, after: desk.state(), calls, isBack }
    assert.notDeepEqual(way.after, before)
    yield* desk.done(undo)
    assert.deepStrictEqual(desk.state(), before, `undone by ${undo.join(" ")}`)
    yield* killAlone(desk, way)
    yield* killBeside(desk, way)
    if (!isBack) yield* slowBeside(desk, way)
    yield* cutPower(desk, way, disk)
  })

/** Tests of pairs of commands, each by its title. */
export const describePairs = (pairs: Readonly<Record<string, Pair>>): void =>
  describeWith([...sessionTools, ...swayTools, "node", "strace"], "killed at its changes, or without power", () => {
    for (const [title, { back, prepare, there }] of Object.entries(pairs)) {
      it.scopedLive(
        `${title} and back leave what can be completed and undone`,
        () =>
          Effect.gen(function* () {
            const desk = yield* makeDesk
            yield* prepare(desk)
            yield* killAll(desk, there, back, false)
            yield* desk.done(there)
            yield* killAll(desk, back, there, true)
          }),
        3_600_000,
      )
    }
  })
