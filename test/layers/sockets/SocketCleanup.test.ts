import { execFileSync } from "node:child_process"
import * as fs from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as HashMap from "effect/HashMap"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import * as TestClock from "effect/TestClock"
import { make as makeCompositor } from "../../../src/layers/embedded/EmbeddedCompositor.ts"
import { Fault } from "../../../src/layers/embedded/Fault.ts"
import * as SocketCleanup from "../../../src/layers/sockets/SocketCleanup.ts"
import { SocketListeners, layer as socketListeners } from "../../../src/layers/sockets/SocketListeners.ts"
import type { Swept } from "../../../src/layers/sockets/Swept.ts"
import type { Listener } from "../../../src/layers/sockets/Verdict.ts"
import * as KernelSockets from "../../../src/layers/system/KernelSockets.ts"
import * as ProcessTable from "../../../src/layers/system/ProcessTable.ts"
import { RuntimeDir } from "../../../src/layers/system/RuntimeDir.ts"
import * as UnixSocket from "../../../src/layers/system/UnixSocket.ts"
import { connectBytes } from "../../support/embeddedClient.ts"
import { runsAsRoot } from "../../support/TestUser.ts"
import { forkUntilAsleep, until } from "../../support/waiting.ts"
import { noProcess, ofUid } from "../../support/wording.ts"
import { makeOwnDir, ownUid, startSleeper } from "../support/children.ts"

/** More than a pid can be (pid_max is 2^22), so that no process has it. */
const noPid = 99_000_000

const realListeners = socketListeners.pipe(Layer.provide([UnixSocket.layer, KernelSockets.layer]))

/** A runtime directory with a cleanup that looks at it; what it logs is kept. */
const makeSetup = (listeners: Layer.Layer<SocketListeners> = realListeners, uid = ownUid) =>
  Effect.gen(function* () {
    const directory = yield* makeOwnDir
    const context = yield* Layer.build(
      SocketCleanup.layer.pipe(
        Layer.provide([
          Layer.succeed(RuntimeDir, { path: directory, uid, controlSocketPath: `${directory}/ipc.sock` }),
          ProcessTable.layer,
          listeners,
        ]),
      ),
    )
    const logged: Array<string> = []
    const logger = Logger.make(({ annotations, message }) => {
      const facts = HashMap.toEntries(annotations).toSorted()
      logged.push(`${message} ${facts.map(([key, value]) => `${key}=${value}`).join(" ")}`)
    })
    const { sweep } = Context.get(context, SocketCleanup.SocketCleanup)
    const path = (pid: number, name = "sway-ipc") => `${directory}/${name}.${ownUid}.${pid}.sock`
    return {
      directory,
      path,
      logged,
      sweep: (dryRun = false, connected?: SocketCleanup.Sweep["connected"]) =>
        sweep({ dryRun, connected }).pipe(
          Effect.provide(Logger.replace(Logger.defaultLogger, logger)),
          Logger.withMinimumLogLevel(LogLevel.Info),
        ),
    }
  })

const yesterday = Date.now() / 1000 - 86_400

/** A socket whose listener has died. */
const leaveSocket = (path: string) =>
  Effect.scoped(Effect.flatMap(makeCompositor({ socketPath: path }), ({ inject }) => inject(Fault.Crash()))).pipe(
    Effect.orDie,
    Effect.tap(() => fs.utimesSync(path, yesterday, yesterday)),
  )

const verdicts = (swept: ReadonlyArray<Swept>) =>
  Object.fromEntries(swept.map(({ path, removed, verdict }) => [path.replace(/.*\//, ""), [verdict, removed]]))

describe("sweep", () => {
  it.scopedLive("removes sockets and plain files of every pattern without a listener, and logs each one", () =>
    Effect.gen(function* () {
      const { directory, logged, path, sweep } = yield* makeSetup()
      fs.mkdirSync(`${directory}/i3`)
      yield* leaveSocket(path(noPid))
      yield* leaveSocket(`${directory}/i3/ipc-socket.${noPid}`)
      for (const file of [path(noPid + 1), path(noPid, "scroll-ipc"), path(noPid, "swayfx-ipc")])
        fs.writeFileSync(file, "")
      const swept = yield* sweep()
      assert.strictEqual(swept.length, 5)
      for (const { reason, removed, verdict } of swept) {
        assert.deepStrictEqual([verdict, removed], ["orphan", true])
        assert.match(reason, /\b9900000[01]\b/)
      }
      assert.deepStrictEqual(fs.readdirSync(directory), ["i3"])
      assert.deepStrictEqual(fs.readdirSync(`${directory}/i3`), [])
      assert.strictEqual(logged.length, 5)
      assert.include(logged, `remove orphaned socket path=${path(noPid)} pid=${noPid} reason=${swept[0]?.reason}`)
      assert.deepStrictEqual(yield* sweep(), [])
    }),
  )

  it.scopedLive("leaves out the socket of an open connection, but not another file at its path", () =>
    Effect.gen(function* () {
      const { path, sweep } = yield* makeSetup()
      const connected = path(noPid)
      yield* leaveSocket(connected)
      const { dev, ino } = fs.statSync(connected)
      assert.deepStrictEqual(yield* sweep(false, { path: connected, identity: `${dev}:${ino}` }), [])
      assert.isTrue(fs.existsSync(connected))
      assert.lengthOf(yield* sweep(false, { path: connected, identity: `${dev}:${ino + 1}` }), 1)
    }),
  )

  it.scopedLive("removes nothing in a dry run, and logs the same lines", () =>
    Effect.gen(function* () {
      const { logged, path, sweep } = yield* makeSetup()
      yield* leaveSocket(path(noPid))
      assert.deepStrictEqual(verdicts(yield* sweep(true)), { [`sway-ipc.${ownUid}.${noPid}.sock`]: ["orphan", false] })
      assert.isTrue(fs.existsSync(path(noPid)))
      assert.deepStrictEqual(verdicts(yield* sweep()), { [`sway-ipc.${ownUid}.${noPid}.sock`]: ["orphan", true] })
      assert.strictEqual(logged[0], logged[1])
    }),
  )

  it.scopedLive("keeps sockets with a listener, also without a process of that pid, and does not connect to them", () =>
    Effect.gen(function* () {
      const { path, sweep } = yield* makeSetup()
      const live = yield* makeCompositor({ socketPath: path(noPid) })
      const hung = yield* makeCompositor({ socketPath: path(noPid + 1), faults: [Fault.Hang()] })
      const swept = yield* sweep()
      assert.deepStrictEqual(
        swept.map(({ reason, removed, verdict }) => [verdict, removed, reason]),
        [
          ["live", false, "in use"],
          ["live", false, "in use"],
        ],
      )
      yield* connectBytes(live.socketPath)
      yield* until(live.accepted, count => count > 0)
      assert.strictEqual(yield* live.accepted, 1)
      assert.isTrue(fs.existsSync(hung.socketPath))
    }),
  )

  it.scopedLive("keeps what a running compositor may be about to listen on, and not what a shell has the pid of", () =>
    Effect.gen(function* () {
      const { path, sweep } = yield* makeSetup()
      const sway = yield* startSleeper("sway")
      const shell = yield* startSleeper("sleepy")
      yield* leaveSocket(path(sway.pid ?? 0))
      yield* leaveSocket(path(shell.pid ?? 0))
      const swept = yield* sweep()
      assert.deepStrictEqual(
        swept.map(({ pid, removed, verdict }) => [pid, verdict, removed]),
        [
          [shell.pid, "orphan", true],
          [sway.pid, "suspect", false],
        ],
      )
    }),
  )

  it.scopedLive("never touches links, directories, other names and other users' files", () =>
    Effect.gen(function* () {
      const { directory, path, sweep } = yield* makeSetup()
      fs.symlinkSync(`${directory}/nowhere`, path(noPid))
      fs.mkdirSync(path(noPid + 1))
      fs.writeFileSync(`${path(noPid)}~`, "")
      fs.writeFileSync(`${directory}/sway-ipc.${ownUid}.007.sock`, "")
      fs.writeFileSync(`${directory}/ipc-socket.${noPid}`, "")
      const before = fs.readdirSync(directory)
      const swept = yield* sweep()
      assert.deepStrictEqual(
        swept.map(({ verdict }) => verdict),
        ["foreign", "foreign"],
      )
      assert.deepStrictEqual(fs.readdirSync(directory), before)
      const other = yield* makeSetup(realListeners, ownUid + 1)
      fs.writeFileSync(other.path(noPid), "")
      assert.deepStrictEqual(
        (yield* other.sweep()).map(({ reason, verdict }) => [verdict, reason]),
        [["foreign", ofUid(ownUid)]],
      )
      assert.isTrue(fs.existsSync(other.path(noPid)))
    }),
  )

  it.scopedLive("never touches a FIFO, a device or a file with content, and says what it is", () =>
    Effect.gen(function* () {
      const { directory, path, sweep } = yield* makeSetup()
      execFileSync("mkfifo", [path(noPid)])
      fs.writeFileSync(path(noPid + 1), "a shopping list")
      if (runsAsRoot) execFileSync("mknod", [path(noPid + 2), "c", "1", "3"])
      const before = fs.readdirSync(directory)
      const swept = yield* sweep()
      assert.deepStrictEqual(
        swept.map(({ reason, removed, verdict }) => [verdict, reason, removed]).toSorted(),
        [
          ["foreign", "it is a FIFO", false],
          ...(runsAsRoot ? [["foreign", "it is a device", false]] : []),
          ["foreign", "it is a file with content", false],
        ].toSorted(),
      )
      assert.deepStrictEqual(fs.readdirSync(directory), before)
      assert.strictEqual(fs.readFileSync(path(noPid + 1), "utf8"), "a shopping list")
    }),
  )

  it.scopedLive("leaves an empty file that gets content while it is judged, whatever its time says", () =>
    Effect.gen(function* () {
      let fill = () => {}
      const slow = Layer.succeed(SocketListeners, {
        look: targets =>
          Effect.sync(() => {
            fill()
            return targets.map((): Listener => ({ _tag: "refused" }))
          }),
      })
      const { path, sweep } = yield* makeSetup(slow)
      fs.writeFileSync(path(noPid), "")
      fs.utimesSync(path(noPid), yesterday, yesterday)
      fill = () => {
        fs.appendFileSync(path(noPid), "content")
        fs.utimesSync(path(noPid), yesterday, yesterday)
      }
      assert.deepStrictEqual(
        (yield* sweep()).map(({ removed, verdict }) => [verdict, removed]),
        [["unknown", false]],
      )
      assert.strictEqual(fs.readFileSync(path(noPid), "utf8"), "content")
    }),
  )

  it.scopedLive("leaves a file that became another one while it was judged", () =>
    Effect.gen(function* () {
      let replace = () => {}
      const slow = Layer.succeed(SocketListeners, {
        look: targets =>
          Effect.sync(() => {
            replace()
            return targets.map((): Listener => ({ _tag: "refused" }))
          }),
      })
      const { path, sweep } = yield* makeSetup(slow)
      yield* leaveSocket(path(noPid))
      replace = () => {
        fs.unlinkSync(path(noPid))
        fs.writeFileSync(path(noPid), "a compositor that has just come")
      }
      assert.deepStrictEqual(
        (yield* sweep()).map(({ reason, removed, verdict }) => [verdict, reason, removed]),
        [["unknown", "replaced while it was checked", false]],
      )
      assert.isTrue(fs.existsSync(path(noPid)))
    }),
  )

  it.scoped("looks a second time at a socket that has just come: it may be about to listen", () =>
    Effect.gen(function* () {
      const looks: Array<ReadonlyArray<string>> = []
      const starting = Layer.succeed(SocketListeners, {
        look: targets =>
          Effect.sync(() => {
            looks.push(targets.map(target => target.path))
            return targets.map((): Listener => ({ _tag: looks.length === 1 ? "refused" : "accepted" }))
          }),
      })
      const { path, sweep } = yield* makeSetup(starting)
      yield* leaveSocket(path(noPid))
      yield* leaveSocket(path(noPid + 1))
      fs.utimesSync(path(noPid), 1000, 1000)
      yield* TestClock.setTime(1000_100)
      const sweeping = yield* forkUntilAsleep(sweep())
      assert.strictEqual(looks.length, 1)
      assert.isTrue(fs.existsSync(path(noPid + 1)), "nothing is removed before all is judged")
      yield* TestClock.adjust("500 millis")
      const swept = yield* Fiber.join(sweeping)
      // The other one lies in this clock's future: it is young, too.
      assert.deepStrictEqual(
        swept.map(({ verdict }) => verdict),
        ["live", "live"],
      )
      assert.strictEqual(looks.length, 2)
    }),
  )

  it.scopedLive("any number of sweeps at the same time remove each orphan once, and none fails", () =>
    Effect.gen(function* () {
      const { directory, logged, path, sweep } = yield* makeSetup()
      for (let number = 0; number < 300; number += 1) fs.writeFileSync(path(noPid + number), "")
      const live = yield* makeCompositor({ socketPath: path(noPid + 300) })
      const sweeps = yield* Effect.all(
        Array.from({ length: 8 }, () => sweep()),
        { concurrency: "unbounded" },
      )
      const removed = sweeps.flat().filter(each => each.removed)
      assert.strictEqual(removed.length, 300)
      assert.strictEqual(logged.length, 300, "a line for each")
      assert.deepStrictEqual(
        sweeps.flat().filter(({ error }) => error !== undefined),
        [],
      )
      assert.deepStrictEqual(fs.readdirSync(directory), [live.socketPath.replace(`${directory}/`, "")])
    }),
  )

  /** Until the scope closes nobody can remove anything there. */
  const lock = (directory: string) =>
    Effect.acquireRelease(
      Effect.sync(() => {
        if (!runsAsRoot) return fs.chmodSync(directory, 0o500)
        execFileSync("mount", ["--bind", directory, directory])
        execFileSync("mount", ["-o", "remount,bind,ro", directory])
      }),
      () => Effect.sync(() => (runsAsRoot ? execFileSync("umount", [directory]) : fs.chmodSync(directory, 0o700))),
    )

  it.scopedLive("logs once that a file cannot be removed, and logs its removal later", () =>
    Effect.gen(function* () {
      const { directory, logged, path, sweep } = yield* makeSetup()
      fs.writeFileSync(path(noPid), "")
      const removing = `remove orphaned socket path=${path(noPid)} pid=${noPid} reason=${noProcess(noPid)}`
      yield* Effect.scoped(
        Effect.gen(function* () {
          yield* lock(directory)
          for (let times = 0; times < 3; times += 1) assert.include((yield* sweep())[0]?.error, "cannot remove")
        }),
      )
      assert.strictEqual(logged.length, 1)
      assert.include(logged[0], `cannot remove ${path(noPid)}: `)
      assert.isTrue((yield* sweep())[0]?.removed)
      assert.deepStrictEqual(logged.slice(1), [removing])
      fs.writeFileSync(path(noPid), "")
      yield* sweep()
      assert.deepStrictEqual(logged.slice(2), [removing])
      fs.writeFileSync(path(noPid), "")
      yield* Effect.scoped(Effect.zipRight(lock(directory), sweep()))
      assert.deepStrictEqual(logged.slice(3), logged.slice(0, 1), "the same failure after a removal is a new one")
    }),
  )

  /** As a sweep that was killed there leaves it: two that were moved aside, by a process that no one knows any more. */
  const interrupted = Effect.gen(function* () {
    const desk = yield* makeSetup()
    const { directory, path } = desk
    yield* leaveSocket(path(noPid))
    const live = yield* makeCompositor({ socketPath: path(noPid + 1) })
    const asideOf = (file: string) => file.replace(`${directory}/`, `${directory}/.i3pm-0123456789abcdef.`)
    for (const file of [path(noPid), live.socketPath]) fs.renameSync(file, asideOf(file))
    const nameOf = (file: string) => file.replace(`${directory}/`, "")
    return { ...desk, asideOf, dead: nameOf(asideOf(path(noPid))), live: live.socketPath, nameOf }
  })

  it.scopedLive("finishes a sweep that was killed", () =>
    Effect.gen(function* () {
      const { dead, directory, live, logged, nameOf, sweep } = yield* interrupted
      assert.deepStrictEqual(verdicts(yield* sweep()), { [dead]: ["orphan", true], [nameOf(live)]: ["live", false] })
      assert.deepStrictEqual(fs.readdirSync(directory), [nameOf(live)])
      assert.deepStrictEqual(logged.slice(0, -1), [
        `restored a file that an interrupted sweep had moved path=${live} reason=in use`,
      ])
    }),
  )

  it.scopedLive("gives a file its name back that was empty when it was moved aside and has content now", () =>
    Effect.gen(function* () {
      const { directory, path, sweep } = yield* makeSetup()
      const name = path(noPid).replace(`${directory}/`, "")
      fs.writeFileSync(`${directory}/.i3pm-0123456789abcdef.${name}`, "content")
      assert.deepStrictEqual(verdicts(yield* sweep()), { [name]: ["foreign", false] })
      assert.deepStrictEqual(fs.readdirSync(directory), [name])
    }),
  )

  it.scopedLive("moves no file in a dry run, not even one that a killed sweep had moved", () =>
    Effect.gen(function* () {
      const { asideOf, dead, directory, live, nameOf, sweep } = yield* interrupted
      const before = fs.readdirSync(directory)
      const aside = nameOf(asideOf(live))
      assert.deepStrictEqual(verdicts(yield* sweep(true)), { [dead]: ["orphan", false], [aside]: ["live", false] })
      assert.deepStrictEqual(fs.readdirSync(directory), before)
    }),
  )

  it.scopedLive("leaves a moved live socket where it is when its name is taken", () =>
    Effect.gen(function* () {
      const { asideOf, directory, live, nameOf, sweep } = yield* interrupted
      const { socketPath } = yield* makeCompositor({ socketPath: live })
      const aside = nameOf(asideOf(live))
      const swept = verdicts(yield* sweep())
      assert.deepStrictEqual(swept[aside], ["live", false])
      assert.deepStrictEqual(swept[nameOf(live)], ["live", false])
      assert.sameMembers(fs.readdirSync(directory), [aside, nameOf(live)])
      yield* connectBytes(socketPath)
    }),
  )

  it.scopedLive("keeps a moved socket while a running compositor may be about to listen on it", () =>
    Effect.gen(function* () {
      const { directory, path, sweep } = yield* makeSetup()
      const { pid = 0 } = yield* startSleeper("sway")
      yield* leaveSocket(path(pid))
      const name = path(pid).replace(`${directory}/`, "")
      fs.renameSync(path(pid), `${directory}/.i3pm-0123456789abcdef.${name}`)
      assert.deepStrictEqual(verdicts(yield* sweep()), { [name]: ["suspect", false] })
      assert.deepStrictEqual(fs.readdirSync(directory), [name])
    }),
  )
})
