import { spawn } from "node:child_process"
import * as fs from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/TestClock"
import * as ProcessTable from "../../../src/layers/system/ProcessTable.ts"
import { UserDirs } from "../../../src/layers/system/UserDirs.ts"
import { layer, WriteLock } from "../../../src/layers/system/WriteLock.ts"
import { until } from "../../support/waiting.ts"
import { makeOwnDir } from "../support/children.ts"

const makeDesk = Effect.map(makeOwnDir, home => {
  const dirs = { config: `${home}/config`, state: `${home}/state`, units: `${home}/config/systemd/user` }
  const provided = layer.pipe(Layer.provide(Layer.merge(Layer.succeed(UserDirs, dirs), ProcessTable.layer)))
  const hold = <A, E>(work: Effect.Effect<A, E>) =>
    Effect.flatMap(WriteLock, lock => lock.hold(work)).pipe(Effect.provide(provided))
  const file = `${dirs.state}/i3pm/lock`
  return { dirs, file, hold, home }
})

/** A process that lives until the scope ends, and what the lock's file says of it. */
const holder = (more: object = {}) =>
  Effect.map(
    Effect.acquireRelease(
      Effect.sync(() => spawn("sleep", ["1000"])),
      child => Effect.sync(() => child.kill("SIGKILL")),
    ),
    child => {
      const stat = fs.readFileSync(`/proc/${child.pid}/stat`, "utf8")
      const started = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19])
      const boot = fs.readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()
      const namespace = fs.readlinkSync("/proc/self/ns/pid")
      return { child, record: { pid: child.pid, started, boot, namespace, ...more } }
    },
  )

const leave = (file: string, record: object) => {
  fs.mkdirSync(file.replace(/\/lock$/, ""), { recursive: true })
  fs.writeFileSync(file, JSON.stringify(record))
}

/** Long enough, on the test's clock, for everybody who waits for the lock to try again while it is held. */
const othersTry = Effect.flatMap(Clock.currentTimeMillis, entered =>
  until(Clock.currentTimeMillis, now => now >= entered + 100),
)

/** Moves the test's clock until the fiber is done. */
const runClock = <A, E>(fiber: Fiber.RuntimeFiber<A, E>) =>
  Effect.zipRight(
    until(Effect.zipRight(TestClock.adjust("50 millis"), Fiber.poll(fiber)), exit => exit._tag === "Some"),
    Fiber.join(fiber),
  )

describe("the lock", () => {
  it.scoped("lets one work at a time, and leaves nothing behind", () =>
    Effect.gen(function* () {
      const desk = yield* makeDesk
      let inside = 0
      const work = Effect.gen(function* () {
        inside += 1
        assert.strictEqual(inside, 1)
        assert.strictEqual(JSON.parse(fs.readFileSync(desk.file, "utf8")).pid, process.pid)
        yield* othersTry
        inside -= 1
      })
      const all = yield* Effect.fork(
        Effect.forEach(Array.from({ length: 5 }), () => desk.hold(work), { concurrency: "unbounded" }),
      )
      yield* runClock(all)
      assert.deepStrictEqual(fs.readdirSync(desk.home), [])
    }),
  )

  it.scoped("names the process that keeps it for ten seconds", () =>
    Effect.gen(function* () {
      const desk = yield* makeDesk
      const { child, record } = yield* holder()
      leave(desk.file, record)
      const waiting = yield* Effect.fork(Effect.flip(desk.hold(Effect.die("it had the lock"))))
      const error = yield* runClock(waiting)
      assert.deepInclude(error, { _tag: "WriteLockError", reason: "Held", pid: child.pid })
      assert.include(error.message, `process ${child.pid}`)
      assert.deepStrictEqual(JSON.parse(fs.readFileSync(desk.file, "utf8")), record)
    }),
  )

  it.scoped("of a process that has ended, or was another one, is nobody's", () =>
    Effect.gen(function* () {
      const desk = yield* makeDesk
      const { record } = yield* holder()
      for (const left of [
        { ...record, pid: 99_999_999 },
        { ...record, started: record.started - 1 },
        { ...record, boot: "another" },
        { nothing: "of the kind" },
      ]) {
        leave(desk.file, left)
        assert.strictEqual(yield* desk.hold(Effect.succeed("held")), "held")
        assert.isFalse(fs.existsSync(desk.file))
      }
    }),
  )

  it.scoped("cannot be judged in another PID namespace: its file is named", () =>
    Effect.gen(function* () {
      const desk = yield* makeDesk
      const { record } = yield* holder({ namespace: "pid:[1]" })
      leave(desk.file, record)
      const waiting = yield* Effect.fork(Effect.flip(desk.hold(Effect.die("it had the lock"))))
      assert.include((yield* runClock(waiting)).message, `remove that file`)
    }),
  )

  it.scoped("tidies up what a killed one has left beside its place, and nothing else", () =>
    Effect.gen(function* () {
      const desk = yield* makeDesk
      const { units } = desk.dirs
      fs.mkdirSync(`${units}/a.service.d`, { recursive: true })
      for (const name of [".a.service.123.i3pm", "a.service.d/.x.conf.7.i3pm"]) fs.writeFileSync(`${units}/${name}`, "")
      const kept = [".a.service.x.i3pm", ".a.service.0.i3pm", "a.service.123.i3pm", ".hidden", "a.service.d"]
      for (const name of kept) if (name !== "a.service.d") fs.writeFileSync(`${units}/${name}`, "")
      yield* desk.hold(Effect.void)
      assert.sameMembers(fs.readdirSync(units), kept)
      assert.deepStrictEqual(fs.readdirSync(`${units}/a.service.d`), [])
    }),
  )

  it.scoped("refuses what is no file of its own, and does not wait for it", () =>
    Effect.gen(function* () {
      const desk = yield* makeDesk
      fs.mkdirSync(desk.file.replace(/\/lock$/, ""), { recursive: true })
      fs.symlinkSync("/nowhere/at/all", desk.file)
      assert.deepInclude(yield* Effect.flip(desk.hold(Effect.void)), { reason: "InTheWay", path: desk.file })
    }),
  )

  it.scoped("of a dead holder is taken by one of many that find it at once", () =>
    Effect.gen(function* () {
      const desk = yield* makeDesk
      const { record } = yield* holder()
      leave(desk.file, { ...record, pid: 99_999_999 })
      let inside = 0
      const work = Effect.gen(function* () {
        inside += 1
        assert.strictEqual(inside, 1)
        yield* othersTry
        inside -= 1
      })
      const all = yield* Effect.fork(
        Effect.forEach(Array.from({ length: 8 }), () => desk.hold(work), { concurrency: "unbounded" }),
      )
      yield* runClock(all)
    }),
  )

  it.scoped("leaves alone what it cannot tidy up", () =>
    Effect.gen(function* () {
      const desk = yield* makeDesk
      fs.mkdirSync(`${desk.dirs.units}/.x.1.i3pm`, { recursive: true })
      assert.strictEqual(yield* desk.hold(Effect.succeed("held")), "held")
      assert.deepStrictEqual(fs.readdirSync(desk.dirs.units), [".x.1.i3pm"])
    }),
  )

  it.scoped("says where it cannot be written", () =>
    Effect.gen(function* () {
      const desk = yield* makeDesk
      fs.writeFileSync(desk.dirs.state, "a file")
      const error = yield* Effect.flip(desk.hold(Effect.void))
      assert.deepInclude(error, { reason: "Unwritable", path: desk.file })
    }),
  )
})
