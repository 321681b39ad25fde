/**
 * Commands that write files, and those that undo them, killed at their system calls, alone and beside another one, and cut off from
 * power: afterwards each file is the old or the new one, the same command completes what was begun, and the other undoes it to the
 * byte.
 */
import * as fs from "node:fs"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { describeWith, sessionTools, swayTools } from "../support/needs.ts"
import { type HarnessError, TEST_GID, TEST_UID } from "../support/TestUser.ts"
import type { Call } from "./calls.ts"
import { Disk } from "./Disk.ts"
import { type Command, type Desk, makeDesk } from "./desk.ts"
import { choose, POINTS } from "./points.ts"
import { survivorsOf } from "./powerCut.ts"
import { type Tree, torn } from "./tree.ts"

const G = "graphical-session.target"
const unit = `[Unit]\nPartOf=${G}\nAfter=${G}\n\n[Service]\nExecStart=/bin/true\n\n[Install]\nWantedBy=${G}\n`

interface Pair {
  readonly there: Command
  readonly back: Command
  /** Makes what both need. */
  readonly prepare: (desk: Desk) => Effect.Effect<void, HarnessError>
}

const ownConfiguration = ({ session }: Desk) =>
  Effect.sync(() => {
    const directory = `${session.configHome}/sway`
    fs.mkdirSync(directory)
    fs.writeFileSync(`${directory}/config`, "set $mod Mod4\n", { mode: 0o640 })
    for (const file of [directory, `${directory}/config`]) fs.chownSync(file, TEST_UID, TEST_GID)
  })

const boundUnits = ({ done, session }: Desk) =>
  Effect.gen(function* () {
    yield* done(["units", "install"])
    for (const name of ["a.service", "b.service"]) {
      yield* session.writeUnit(name, unit)
      yield* session.systemctl("enable", name)
    }
  })

const pairs: Readonly<Record<string, Pair>> = {
  "units install": { there: ["units", "install"], back: ["units", "uninstall"], prepare: () => Effect.void },
  "units install with another lifetime": {
    there: ["units", "install", "--daemon-lifetime", "manager"],
    back: ["units", "install", "--daemon-lifetime", "session"],
    prepare: ({ done }) => done(["units", "install", "--daemon-lifetime", "session"]),
  },
  "session install to a copy": {
    there: ["session", "install"],
    back: ["session", "uninstall"],
    prepare: () => Effect.void,
  },
  "session install to the user's own configuration": {
    there: ["session", "install"],
    back: ["session", "uninstall"],
    prepare: ownConfiguration,
  },
  "session bind": { there: ["session", "bind", "a", "b"], back: ["session", "unbind", "--all"], prepare: boundUnits },
}

/** One direction of a pair: `command` makes `after` of `before`, and `undo` the other way round. */
interface Way {
  readonly command: Command
  readonly undo: Command
  readonly before: Tree
  readonly after: Tree
  readonly calls: ReadonlyArray<Call>
}

const wholesOf = ({ records }: Desk, { after, before }: Way) => ({ states: [before, after], records })

/** Undoes it as it stands or, every other time, first completes it. */
const completeAndUndo = (desk: Desk, { after, before, command, undo }: Way, index: number, at: string) =>
  Effect.gen(function* () {
    if (index % 2 === 0) {
      yield* desk.done(command)
      assert.deepStrictEqual(desk.state(), after, `${at}, then done again`)
    }
    yield* desk.done(undo)
    assert.deepStrictEqual(desk.state(), before, `${at}, then undone`)
  })

const describeCall = ({ name, nth }: Call, command: Command) => `${command.join(" ")} killed at ${name} ${nth}`

const killAlone = (desk: Desk, way: Way) =>
  Effect.forEach(choose(desk.changesIn(way.calls), POINTS), (call, index) =>
    Effect.gen(function* () {
      const at = describeCall(call, way.command)
      const killed = yield* desk.kill(call, way.command)
      assert.strictEqual(killed.at, call.name, `${at}: ${killed.stderr}`)
      assert.deepStrictEqual(torn(desk.state(), wholesOf(desk, way)), [], at)
      yield* completeAndUndo(desk, way, index, at)
    }),
  )

/** Beside the same command or beside the opposite one, which goes on. */
const killBeside = (desk: Desk, way: Way) =>
  Effect.forEach(choose(desk.changesIn(way.calls), Math.ceil(POINTS / 3)), (call, index) =>
    Effect.gen(function* () {
      const other = index % 2 === 0 ? way.command : way.undo
      const at = `${describeCall(call, way.command)} beside ${other.join(" ")}`
      const [, kept] = yield* Effect.all([desk.kill(call, way.command), desk.run(other)], { concurrency: 2 })
      assert.strictEqual(kept.code, 0, `${at}: ${kept.stderr}`)
      assert.deepStrictEqual(torn(desk.state(), wholesOf(desk, way)), [], at)
      yield* completeAndUndo(desk, way, index, at)
    }),
  )

/** Replays the calls on a model of a disk, and has some of the states that it finds undone for real. */
const cutPower = (desk: Desk, way: Way, disk: Disk) =>
  Effect.gen(function* () {
    const { lasting } = desk
    const survivors = survivorsOf(disk, way.calls, { lasting, wholes: wholesOf(desk, way) })
    assert.isAbove(survivors.length, 2)
    const step = Math.max(1, survivors.length / Math.ceil(POINTS / 3))
    for (let at = 0; at < survivors.length; at += step) {
      const survivor = survivors[Math.floor(at)]
      if (survivor === undefined) continue
      desk.putState(survivor.tree)
      yield* completeAndUndo(desk, way, 1, `${way.command.join(" ")}, power cut ${survivor.when}`)
    }
  })

const killAll = (desk: Desk, command: Command, undo: Command) =>
  Effect.gen(function* () {
    const before = desk.state()
    const disk = new Disk(desk.lasting)
    const calls = yield* desk.record(command)
    const way = { command, undo, before, after: desk.state(), calls }
    assert.notDeepEqual(way.after, before)
    yield* desk.done(undo)
    assert.deepStrictEqual(desk.state(), before, `undone by ${undo.join(" ")}`)
    yield* killAlone(desk, way)
    yield* killBeside(desk, way)
    yield* cutPower(desk, way, disk)
  })

describeWith([...sessionTools, ...swayTools, "node", "strace"], "killed at its changes, or without power", () => {
  for (const [title, { back, prepare, there }] of Object.entries(pairs)) {
    it.scopedLive(
      `${title} and back leave what can be completed and undone`,
      () =>
        Effect.gen(function* () {
          const desk = yield* makeDesk
          yield* prepare(desk)
          yield* killAll(desk, there, back)
          yield* desk.done(there)
          yield* killAll(desk, back, there)
        }),
      3_600_000,
    )
  }
})
