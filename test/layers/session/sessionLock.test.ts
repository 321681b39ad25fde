import { createHash } from "node:crypto"
import fsModule, * as fs from "node:fs"
import { syncBuiltinESMExports } from "node:module"
import { createServer } from "node:net"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as TestClock from "effect/TestClock"
import { recordPathIn } from "../../../src/layers/session/SessionRecord.ts"
import { acquireSession, heldByOther, isCompositorAlive } from "../../../src/layers/session/sessionLock.ts"
import { SocketListeners } from "../../../src/layers/sockets/SocketListeners.ts"
import { ProcessTable } from "../../../src/layers/system/ProcessTable.ts"
import { RuntimeDir } from "../../../src/layers/system/RuntimeDir.ts"
import { forkUntilAsleep, until } from "../../support/waiting.ts"
import { makeOwnDir, ownUid } from "../support/children.ts"

const OTHER = 4711

/** A runtime directory, processes and compositors as the test has them. */
const makeDesk = Effect.gen(function* () {
  const path = yield* makeOwnDir
  const processes = new Map<number, number>([
    [process.pid, 100],
    [OTHER, 200],
  ])
  const alive = new Set<string>()
  const layer = Layer.mergeAll(
    Layer.succeed(RuntimeDir, { path, uid: ownUid, controlSocketPath: `${path}/ipc.sock` }),
    Layer.mock(ProcessTable, { startTime: pid => Effect.sync(() => Option.fromNullable(processes.get(pid))) }),
    Layer.succeed(SocketListeners, {
      look: targets =>
        Effect.sync(() => targets.map(target => ({ _tag: alive.has(target.path) ? "accepted" : "refused" }) as const)),
    }),
  )
  const file = recordPathIn(path)
  const leave = (record: object) => fs.writeFileSync(file, JSON.stringify(record))
  return { file, processes, alive, leave, acquire: (socket: string) => Effect.provide(acquireSession(socket), layer) }
})

/** Does something once, just before this file is looked at for the n-th time: what another process may do between two system calls. */
const onceBeforeLstat = (path: string, act: () => void, nth = 1) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const { lstatSync } = fsModule
      let looks = 0
      const put = (to: typeof lstatSync) => {
        Object.assign(fsModule, { lstatSync: to })
        syncBuiltinESMExports()
      }
      const first = (...args: Parameters<typeof lstatSync>) => {
        if (args[0] === path && ++looks === nth) {
          put(lstatSync)
          act()
        }
        return lstatSync(...args)
      }
      put(Object.assign(first, lstatSync))
      return () => put(lstatSync)
    }),
    restore => Effect.sync(restore),
  )

/** What another `session run` has written. */
const others = { pid: OTHER, started: 200, socket: "/old.sock", variables: ["SWAYSOCK", "MORE"] }

describe("a compositor", () => {
  const tags = ["accepted", "full", "bound", "refused", "gone", "notChecked", "silent", "replied"] as const

  it.each(tags.map(tag => [tag, ["accepted", "full", "bound"].includes(tag)] as const))(
    "whose socket is %s is alive: %s",
    (tag, expected) => {
      const listeners = Layer.succeed(SocketListeners, {
        look: targets => {
          assert.deepStrictEqual(targets, [{ path: "/a.sock", file: "socket" }])
          return Effect.succeed([{ _tag: tag }])
        },
      })
      assert.strictEqual(Effect.runSync(Effect.provide(isCompositorAlive("/a.sock"), listeners)), expected)
    },
  )

  it("about whose socket nothing is said is not alive", () => {
    const listeners = Layer.succeed(SocketListeners, { look: () => Effect.succeed([]) })
    assert.isFalse(Effect.runSync(Effect.provide(isCompositorAlive("/a.sock"), listeners)))
  })

  it("that has the session is named by its socket, without a pid", () => {
    const error = heldByOther("/a.sock")
    assert.deepInclude(error, { reason: "HeldByOther", socket: "/a.sock", pid: undefined })
    assert.include(error.message, "another running compositor, /a.sock:")
  })
})

describe("acquireSession", () => {
  it.scoped("keeps a record while it holds, with the variables, and takes it away", () =>
    Effect.gen(function* () {
      const desk = yield* makeDesk
      yield* Effect.scoped(
        Effect.gen(function* () {
          const { stale, recordVariables } = yield* desk.acquire("/new.sock")
          assert.deepStrictEqual(stale, { variables: [], socket: undefined })
          yield* recordVariables(["SWAYSOCK"])
          const { secret, ...record } = JSON.parse(fs.readFileSync(desk.file, "utf8"))
          assert.deepStrictEqual(record, {
            pid: process.pid,
            started: 100,
            socket: "/new.sock",
            variables: ["SWAYSOCK"],
          })
          assert.match(secret, /^[0-9a-f]{32}$/)
          assert.strictEqual(fs.statSync(desk.file).mode & 0o777, 0o600)
        }),
      )
      assert.isFalse(fs.existsSync(desk.file))
    }),
  )

  it.scoped("is refused while another live compositor's holder runs, and when only the compositor is left", () =>
    Effect.gen(function* () {
      const desk = yield* makeDesk
      desk.leave(others)
      desk.alive.add("/old.sock")
      for (const holder of ["runs", "is gone"]) {
        const refused = yield* Effect.flip(desk.acquire("/new.sock"))
        assert.deepInclude(
          refused,
          { _tag: "SessionHeld", reason: "HeldByOther", socket: "/old.sock", pid: OTHER },
          holder,
        )
        desk.processes.delete(OTHER)
      }
      assert.deepStrictEqual(JSON.parse(fs.readFileSync(desk.file, "utf8")), others)
    }),
  )

  it.scoped("says that its own session runs already", () =>
    Effect.gen(function* () {
      const desk = yield* makeDesk
      desk.leave({ ...others, socket: "/new.sock" })
      desk.alive.add("/new.sock")
      const held = yield* Effect.flip(desk.acquire("/new.sock"))
      assert.deepInclude(held, { reason: "HeldByUs", pid: OTHER })
      assert.strictEqual(held.message, `the session of /new.sock is already running (pid ${OTHER})`)
    }),
  )

  it.scoped(
    "takes over from a holder that is dead, with what it had set; a pid that is used again is not the holder",
    () =>
      Effect.gen(function* () {
        const desk = yield* makeDesk
        for (const started of [undefined, 201]) {
          if (started === undefined) desk.processes.delete(OTHER)
          else desk.processes.set(OTHER, started)
          desk.leave(others)
          yield* Effect.scoped(
            Effect.gen(function* () {
              const { stale } = yield* desk.acquire("/new.sock")
              assert.deepStrictEqual(stale, { variables: ["SWAYSOCK", "MORE"], socket: "/old.sock" })
              // For whoever follows, should this one be killed before it has cleared them.
              const { pid, variables } = JSON.parse(fs.readFileSync(desk.file, "utf8"))
              assert.deepStrictEqual([pid, variables], [process.pid, ["SWAYSOCK", "MORE"]])
            }),
          )
        }
      }),
  )

  it.scoped("pauses while another process takes over from the dead holder, and then looks again", () =>
    Effect.gen(function* () {
      const desk = yield* makeDesk
      desk.processes.delete(OTHER)
      desk.leave(others)
      const content = fs.readFileSync(desk.file, "utf8")
      const name = createHash("sha256").update(`${desk.file}\0${content}`).digest("hex").slice(0, 32)
      const server = createServer()
      yield* Effect.async<void>(resume => {
        server.listen(`\0i3pm-write-lock-${name}`, () => resume(Effect.void))
      })
      const fiber = yield* forkUntilAsleep(desk.acquire("/new.sock"))
      assert.deepStrictEqual(JSON.parse(fs.readFileSync(desk.file, "utf8")), others)
      yield* Effect.async<void>(resume => {
        server.close(() => resume(Effect.void))
      })
      yield* TestClock.adjust("50 millis")
      assert.strictEqual((yield* Fiber.join(fiber)).stale.socket, "/old.sock")
    }),
  )

  it.scoped("takes over from a dead holder of the same compositor, which still runs", () =>
    Effect.gen(function* () {
      const desk = yield* makeDesk
      desk.processes.delete(OTHER)
      desk.alive.add("/new.sock")
      desk.leave({ ...others, socket: "/new.sock" })
      const { stale } = yield* desk.acquire("/new.sock")
      assert.deepStrictEqual(stale, { variables: ["SWAYSOCK", "MORE"], socket: "/new.sock" })
    }),
  )

  it.scoped("is taken when the holder takes its record away between two steps", () =>
    Effect.gen(function* () {
      const desk = yield* makeDesk
      desk.leave(others)
      yield* onceBeforeLstat(desk.file, () => fs.rmSync(desk.file))
      const { stale } = yield* desk.acquire("/new.sock")
      assert.deepStrictEqual(stale, { variables: [], socket: undefined })
      assert.strictEqual(JSON.parse(fs.readFileSync(desk.file, "utf8")).socket, "/new.sock")
    }),
  )

  it.scoped("is looked at again when another one takes over from a dead holder", () =>
    Effect.gen(function* () {
      const desk = yield* makeDesk
      desk.leave({ ...others, pid: OTHER + 1 })
      const takeOver = () => {
        fs.rmSync(desk.file)
        desk.leave({ ...others, socket: "/third.sock" })
        desk.alive.add("/third.sock")
      }
      yield* onceBeforeLstat(desk.file, takeOver, 2)
      const held = yield* Effect.flip(desk.acquire("/new.sock"))
      assert.deepInclude(held, { reason: "HeldByOther", socket: "/third.sock", pid: OTHER })
      assert.strictEqual(JSON.parse(fs.readFileSync(desk.file, "utf8")).socket, "/third.sock")
    }),
  )

  it.scoped("has a record also where the own start time is not known", () =>
    Effect.gen(function* () {
      const desk = yield* makeDesk
      desk.processes.delete(process.pid)
      yield* desk.acquire("/new.sock")
      assert.deepInclude(JSON.parse(fs.readFileSync(desk.file, "utf8")), { pid: process.pid, started: 0 })
    }),
  )

  it.scoped("replaces a link, also one that leads nowhere", () =>
    Effect.gen(function* () {
      const desk = yield* makeDesk
      for (const target of [`${desk.file}.none`, "/dev/null"]) {
        fs.rmSync(desk.file, { force: true })
        fs.symlinkSync(target, desk.file)
        const { stale } = yield* Effect.scoped(
          Effect.zipLeft(
            desk.acquire("/new.sock"),
            Effect.sync(() => assert.isTrue(fs.lstatSync(desk.file).isFile(), target)),
          ),
        )
        assert.deepStrictEqual(stale.variables, [])
      }
    }),
  )

  it.scoped("takes a file that is no record for none", () =>
    Effect.gen(function* () {
      const desk = yield* makeDesk
      for (const text of ["", "{", '{"pid":1}', "[]"]) {
        fs.writeFileSync(desk.file, text)
        assert.deepStrictEqual((yield* Effect.scoped(desk.acquire("/new.sock"))).stale.variables, [])
      }
    }),
  )

  it.scoped("waits for a holder that puts away what a dead compositor has left, and not for ever", () =>
    Effect.gen(function* () {
      const desk = yield* makeDesk
      desk.leave(others)
      const taking = yield* forkUntilAsleep(Effect.scoped(desk.acquire("/new.sock")))
      yield* TestClock.adjust("1 second")
      // It has looked again, and sleeps until it does so once more.
      yield* until(TestClock.sleeps(), sleeps => [...sleeps].length === 1)
      assert.isTrue(Option.isNone(yield* Fiber.poll(taking)))
      fs.unlinkSync(desk.file)
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual((yield* Fiber.join(taking)).stale.variables, [])

      desk.leave(others)
      const waiting = yield* Effect.fork(Effect.flip(Effect.scoped(desk.acquire("/new.sock"))))
      yield* TestClock.adjust("20 seconds")
      const held = yield* Fiber.join(waiting)
      assert.deepInclude(held, { reason: "StillEnding", socket: "/old.sock" })
      assert.include(held.message, `/old.sock, is still shutting down (pid ${OTHER})`)
    }),
  )

  it.scoped("of two at the same time one holds it", () =>
    Effect.gen(function* () {
      const desk = yield* makeDesk
      desk.processes.delete(OTHER)
      desk.leave(others)
      const attempt = Effect.either(desk.acquire("/a.sock"))
      // One of them finds that the other is replacing the record, and looks again a moment later.
      const fiber = yield* forkUntilAsleep(Effect.all([attempt, attempt], { concurrency: "unbounded" }))
      yield* TestClock.adjust("50 millis")
      const both = yield* Fiber.join(fiber)
      assert.strictEqual(both.filter(({ _tag }) => _tag === "Right").length, 1)
    }),
  )
})
