import * as fs from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as PubSub from "effect/PubSub"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/TestClock"
import { make as makeCompositor } from "../../../src/layers/embedded/EmbeddedCompositor.ts"
import { Fault } from "../../../src/layers/embedded/Fault.ts"
import type { JudgedCandidate } from "../../../src/layers/sockets/Candidate.ts"
import * as SocketDiscovery from "../../../src/layers/sockets/SocketDiscovery.ts"
import * as SocketListeners from "../../../src/layers/sockets/SocketListeners.ts"
import * as SocketProbe from "../../../src/layers/sockets/SocketProbe.ts"
import { type NamedSockets, layerOf as sourcesOf } from "../../../src/layers/sockets/SocketSources.ts"
import { SocketWatcher } from "../../../src/layers/sockets/SocketWatcher.ts"
import * as KernelSockets from "../../../src/layers/system/KernelSockets.ts"
import { parseKernelSockets } from "../../../src/layers/system/kernelList.ts"
import * as ProcessTable from "../../../src/layers/system/ProcessTable.ts"
import { RuntimeDir } from "../../../src/layers/system/RuntimeDir.ts"
import * as UnixSocket from "../../../src/layers/system/UnixSocket.ts"
import { forkUntilAsleep, until, untilSuspended } from "../../support/waiting.ts"
import { makeOwnDir, ownUid, startSleeper, startStoppedListener, stop } from "../support/children.ts"

const deadline = Duration.millis(100)

/** More than a pid can be (pid_max is 2^22), so that no process has it. */
const noPid = 99_000_000

interface Options {
  readonly named?: NamedSockets["named"]
  readonly exclusive?: boolean
  readonly relays?: NamedSockets["named"]
  readonly usesRelay?: boolean
  /** True if this process is a compositor to the process table. */
  readonly isCompositor?: boolean
  /** Whom this process takes itself for. */
  readonly uid?: number
  /** The discovery of a command that ends. */
  readonly once?: boolean
}

/** The processes, of which this one is a sway. */
const thisIsSway = Layer.map(ProcessTable.layer, context => {
  const table = Context.get(context, ProcessTable.ProcessTable)
  const named = (found: Option.Option<ProcessTable.ProcessInfo>) =>
    Option.map(found, process => (process.pid === ownPid ? { ...process, name: "sway" } : process))
  return Context.make(ProcessTable.ProcessTable, { ...table, find: pid => Effect.map(table.find(pid), named) })
})

const ownPid = process.pid

/** A runtime directory of its own with a discovery that looks at it; the directory is watched by hand. */
const makeSetup = Effect.gen(function* () {
  const directory = yield* makeOwnDir
  const changed = yield* PubSub.unbounded<void>()
  const path = (pid: number, name = "sway-ipc") => `${directory}/${name}.${ownUid}.${pid}.sock`
  const discover = ({ uid = ownUid, once = false, isCompositor = false, named = [], ...others }: Options = {}) =>
    Layer.build(
      (once ? SocketDiscovery.layerOnce : SocketDiscovery.layer).pipe(
        Layer.provide([
          Layer.succeed(RuntimeDir, { path: directory, uid, controlSocketPath: `${directory}/ipc.sock` }),
          sourcesOf({ exclusive: false, named, ...others }),
          Layer.succeed(SocketWatcher, { changes: Stream.fromPubSub(changed) }),
          isCompositor ? thisIsSway : ProcessTable.layer,
          Layer.merge(SocketProbe.layer, SocketListeners.layer).pipe(
            Layer.provide([UnixSocket.layer, KernelSockets.layer]),
          ),
          KernelSockets.layer,
        ]),
      ),
    ).pipe(Effect.map(Context.get(SocketDiscovery.SocketDiscovery)))
  /** A compositor in the directory, last touched so many seconds after the epoch. */
  const start = (socketPath: string, touched: number, faults: ReadonlyArray<Fault> = []) =>
    Effect.tap(Effect.orDie(makeCompositor({ socketPath, faults })), () => fs.utimesSync(socketPath, touched, touched))
  const leave = (file: string, touched: number) => {
    fs.writeFileSync(file, "")
    fs.utimesSync(file, touched, touched)
  }
  return { directory, path, discover, start, leave, changed }
})

/** The relay's path in a runtime directory. */
const relayIn = (directory: string) => {
  fs.mkdirSync(`${directory}/i3pm/kiosk`, { recursive: true })
  return `${directory}/i3pm/relay.sock`
}

const verdicts = (candidates: ReadonlyArray<JudgedCandidate>) =>
  candidates.map(({ path, verdict }) => [path, verdict] as const)

describe("the relay's path", () => {
  it.scoped("is no candidate while the relay listens there, whoever names it", () =>
    Effect.gen(function* () {
      const { directory, discover, start } = yield* makeSetup
      const path = relayIn(directory)
      const relay = yield* start(path, 1000)
      for (const options of [{}, { relays: [{ by: "SWAYSOCK", path } as const] }]) {
        const discovery = yield* discover(options)
        assert.deepInclude(yield* Effect.flip(discovery.find({ deadline })), { reason: "NoCandidate" })
      }
      assert.strictEqual(yield* relay.accepted, 0)
    }),
  )

  it.scoped("is one while a compositor listens there, as any other", () =>
    Effect.gen(function* () {
      const { directory, discover, path, start } = yield* makeSetup
      const trapped = yield* start(relayIn(directory), 2000)
      const older = yield* start(path(process.pid), 1000)
      const discovery = yield* discover({ isCompositor: true })
      assert.strictEqual((yield* discovery.find({ deadline })).path, trapped.socketPath)
      assert.deepStrictEqual(verdicts(yield* discovery.survey({ deadline })), [
        [trapped.socketPath, "live"],
        [older.socketPath, "live"],
      ])
      const named = yield* discover({
        isCompositor: true,
        relays: [{ by: "SWAYSOCK", path: trapped.socketPath }],
      })
      assert.deepStrictEqual((yield* named.survey({ deadline }))[0]?.origins, ["SWAYSOCK", "runtime_dir"])
    }),
  )

  it.scoped("is no candidate if it cannot be examined, and the others are found", () =>
    Effect.gen(function* () {
      const { directory, discover, path, start } = yield* makeSetup
      fs.symlinkSync("i3pm", `${directory}/i3pm`)
      const sway = yield* start(path(process.pid), 1000)
      const discovery = yield* discover()
      assert.strictEqual((yield* discovery.find({ deadline })).path, sway.socketPath)
    }),
  )

  it.scoped("is the last candidate of a command that may use the relay; so is a restricted one", () =>
    Effect.gen(function* () {
      const { directory, discover, path, start } = yield* makeSetup
      relayIn(directory)
      const restricted = yield* start(`${directory}/i3pm/kiosk/relay.sock`, 5000)
      const relays = [{ by: "SWAYSOCK", path: restricted.socketPath } as const]
      const alone = yield* discover({ relays, usesRelay: true })
      assert.strictEqual((yield* alone.find({ deadline, inUse: restricted.socketPath })).path, restricted.socketPath)
      const sway = yield* start(path(process.pid), 1000)
      assert.strictEqual((yield* alone.find({ deadline, inUse: restricted.socketPath })).path, sway.socketPath)
      const [, last] = yield* alone.survey({ deadline })
      assert.strictEqual(last?.path, restricted.socketPath)
    }),
  )
})

describe("find", () => {
  it.scoped("finds nothing where there is nothing", () =>
    Effect.gen(function* () {
      const { discover, directory } = yield* makeSetup
      fs.writeFileSync(`${directory}/wayland-1`, "")
      const discovery = yield* discover()
      const error = yield* Effect.flip(discovery.find({ deadline }))
      assert.deepInclude(error, { _tag: "NoLiveSocket", reason: "NoCandidate" })
      assert.deepStrictEqual(yield* discovery.survey({ deadline }), [])
    }),
  )

  it.scoped("takes the live one beside a stale file that is newer, and says why", () =>
    Effect.gen(function* () {
      const { discover, start, path, leave } = yield* makeSetup
      const live = yield* start(path(process.pid), 1000)
      const dead = yield* Effect.scoped(Effect.tap(start(path(noPid), 2000), one => one.inject(Fault.Crash())))
      fs.utimesSync(dead.socketPath, 2000, 2000)
      leave(path(noPid + 1), 3000)
      const discovery = yield* discover()
      const found = yield* discovery.find({ deadline })
      assert.deepInclude(found, { path: live.socketPath, pid: process.pid })
      assert.strictEqual(found.proof.version.variant, "sway")
      const candidates = yield* discovery.survey({ deadline })
      assert.deepStrictEqual(verdicts(candidates), [
        [path(noPid + 1), "orphan"],
        [path(noPid), "orphan"],
        [live.socketPath, "live"],
      ])
      for (const [index, fact] of [String(noPid + 1), String(noPid), "GET_VERSION"].entries()) {
        assert.include(candidates[index]?.reason, fact)
      }
    }),
  )

  it.scoped("takes the most recent of several", () =>
    Effect.gen(function* () {
      const { discover, start, path } = yield* makeSetup
      yield* start(path(noPid), 1000)
      const newest = yield* start(path(noPid + 1), 3000)
      yield* start(path(noPid + 2), 2000)
      const discovery = yield* discover()
      assert.strictEqual((yield* discovery.find({ deadline })).path, newest.socketPath)
    }),
  )

  it.scoped("takes the one in use before $SWAYSOCK, and $SWAYSOCK before what is newer", () =>
    Effect.gen(function* () {
      const { discover, start, path } = yield* makeSetup
      const used = yield* start(path(noPid), 1000)
      const named = yield* start(path(noPid + 1), 2000)
      yield* start(path(noPid + 2), 3000)
      const discovery = yield* discover({ named: [{ by: "SWAYSOCK", path: named.socketPath }] })
      assert.strictEqual((yield* discovery.find({ deadline })).path, named.socketPath)
      assert.strictEqual((yield* discovery.find({ deadline, inUse: used.socketPath })).path, used.socketPath)
      const [first] = yield* discovery.survey({ deadline })
      assert.deepStrictEqual(first?.origins, ["SWAYSOCK", "runtime_dir"])
    }),
  )

  it.scoped("takes Sway before a newer i3, and i3 where there is no Sway", () =>
    Effect.gen(function* () {
      const { discover, start, path, directory } = yield* makeSetup
      fs.mkdirSync(`${directory}/i3`)
      const i3 = yield* start(`${directory}/i3/ipc-socket.${noPid}`, 9000)
      const sway = yield* start(path(noPid, "scroll-ipc"), 1000)
      const discovery = yield* discover()
      assert.strictEqual((yield* discovery.find({ deadline })).path, sway.socketPath)
      yield* sway.inject(Fault.Exit())
      const found = yield* discovery.find({ deadline })
      assert.strictEqual(found.path, i3.socketPath)
      assert.isNull(found.pid)
    }),
  )

  it.scoped("takes --socket alone, with no falling back", () =>
    Effect.gen(function* () {
      const { discover, start, path, directory } = yield* makeSetup
      const named = yield* start(`${directory}/any name at all`, 1000)
      yield* start(path(noPid), 2000)
      const discovery = yield* discover({ named: [{ by: "flag", path: named.socketPath }], exclusive: true })
      assert.strictEqual((yield* discovery.find({ deadline })).path, named.socketPath)
      yield* named.inject(Fault.Exit())
      const gone = yield* Effect.flip(discovery.find({ deadline }))
      assert.deepInclude(gone, { reason: "NoCandidate" })
      assert.include(gone.message, named.socketPath)
      assert.deepStrictEqual(verdicts(yield* discovery.survey({ deadline })), [[named.socketPath, "missing"]])
    }),
  )

  it.scoped("gives up one that hangs at its deadline, and does not wait for one that could not win", () =>
    Effect.gen(function* () {
      const { discover, start, path } = yield* makeSetup
      const live = yield* start(path(noPid), 2000)
      const slower = yield* start(path(noPid + 1), 1000, [Fault.Hang()])
      const discovery = yield* discover()
      assert.strictEqual((yield* discovery.find({ deadline })).path, live.socketPath)
      fs.utimesSync(slower.socketPath, 3000, 3000)
      const finding = yield* forkUntilAsleep(discovery.find({ deadline }))
      yield* until(live.accepted, count => count === 2)
      yield* until(live.connections, open => open === 0)
      assert.strictEqual((yield* Fiber.poll(finding))._tag, "None")
      yield* TestClock.adjust(deadline)
      assert.strictEqual((yield* Fiber.join(finding)).path, live.socketPath)
      assert.strictEqual(yield* slower.accepted, 1)
    }),
  )

  it.scoped("finds a new one that comes while silent ones are waited for, before their deadline", () =>
    Effect.gen(function* () {
      const { changed, discover, path, start } = yield* makeSetup
      const silent = yield* Effect.forEach([1, 2, 3], number =>
        start(path(noPid + number), 1000 + number, [Fault.Hang()]),
      )
      const discovery = yield* discover()
      const finding = yield* Effect.fork(discovery.find({ deadline }))
      yield* Effect.forEach(silent, ({ accepted }) => until(accepted, count => count === 1))
      const live = yield* start(path(noPid), 2000)
      yield* PubSub.publish(changed, undefined)
      assert.strictEqual((yield* Fiber.join(finding)).path, live.socketPath)
      for (const { accepted } of silent) assert.strictEqual(yield* accepted, 1)
    }),
  )

  it.scopedLive("does not wait for a stopped compositor that would come first", () =>
    Effect.gen(function* () {
      const { discover, path, start } = yield* makeSetup
      const stopped = yield* startSleeper("sway")
      yield* stop(stopped)
      const silent = yield* start(path(stopped.pid ?? 0), 2000, [Fault.Hang()])
      const live = yield* start(path(noPid), 1000)
      const discovery = yield* discover()
      const found = yield* discovery.find({ deadline: Duration.infinity, inUse: silent.socketPath })
      assert.strictEqual(found.path, live.socketPath)
    }),
  )

  it.scoped("has the reason of each candidate when none is live", () =>
    Effect.gen(function* () {
      const { discover, start, path, leave } = yield* makeSetup
      const notSway = yield* start(path(noPid), 2000, [Fault.Garbage()])
      leave(path(noPid + 1), 1000)
      const discovery = yield* discover()
      const error = yield* Effect.flip(discovery.find({ deadline }))
      assert.strictEqual(error.reason, "NoneAnswered")
      assert.deepStrictEqual(verdicts(error.candidates), [
        [notSway.socketPath, "unresponsive"],
        [path(noPid + 1), "orphan"],
      ])
      for (const fact of [notSway.socketPath, "did not answer as a compositor", "1 more"])
        assert.include(error.message, fact)
    }),
  )

  it.scoped("finds the live one among 500 dead ones, without any time passing", () =>
    Effect.gen(function* () {
      const { discover, start, path, leave } = yield* makeSetup
      for (let number = 0; number < 500; number += 1) leave(path(noPid + number), 2000 + number)
      const live = yield* start(path(noPid + 500), 1000)
      const discovery = yield* discover()
      const before = fs.readdirSync("/proc/self/fd").length
      assert.strictEqual((yield* discovery.find({ deadline })).path, live.socketPath)
      const candidates = yield* discovery.survey({ deadline })
      assert.strictEqual(candidates.filter(({ verdict }) => verdict === "orphan").length, 500)
      yield* until(live.connections, open => open === 0)
      yield* until(
        Effect.sync(() => fs.readdirSync("/proc/self/fd").length),
        count => count <= before,
      )
    }),
  )
})

describe("no connection is made to", () => {
  it.scoped("a link and a directory of a socket's name, which are foreign", () =>
    Effect.gen(function* () {
      const { discover, start, path, directory } = yield* makeSetup
      const live = yield* start(`${directory}/elsewhere`, 1000)
      fs.symlinkSync(live.socketPath, path(noPid))
      fs.mkdirSync(path(noPid + 1))
      fs.symlinkSync(`${directory}/nowhere`, path(noPid + 2))
      const discovery = yield* discover()
      const candidates = yield* discovery.survey({ deadline })
      assert.deepStrictEqual(
        verdicts(candidates).toSorted((a, b) => (a[0] < b[0] ? -1 : 1)),
        [0, 1, 2].map(number => [path(noPid + number), "foreign"] as const),
      )
      assert.strictEqual(yield* live.accepted, 0)
      assert.isTrue(fs.existsSync(path(noPid + 1)))
    }),
  )

  it.scoped("(but to what a link leads that the environment names)", () =>
    Effect.gen(function* () {
      const { discover, start, directory } = yield* makeSetup
      const live = yield* start(`${directory}/elsewhere`, 1000)
      fs.symlinkSync(live.socketPath, `${directory}/link`)
      const discovery = yield* discover({ named: [{ by: "SWAYSOCK", path: `${directory}/link` }] })
      assert.strictEqual((yield* discovery.find({ deadline })).path, `${directory}/link`)
    }),
  )

  it.scoped("another user's socket, found or named by the environment; --socket is the caller's decision", () =>
    Effect.gen(function* () {
      const { discover, start, path } = yield* makeSetup
      const theirs = yield* start(path(noPid), 1000)
      const uid = ownUid + 1
      const found = yield* discover({ uid })
      const named = yield* discover({ uid, named: [{ by: "SWAYSOCK", path: theirs.socketPath }] })
      const variable = yield* discover({
        uid,
        named: [{ by: "I3PM_SOCKET", path: theirs.socketPath }],
        exclusive: true,
      })
      for (const discovery of [found, named, variable]) {
        const [candidate] = yield* discovery.survey({ deadline })
        assert.strictEqual(candidate?.verdict, "foreign")
        assert.include(candidate?.reason, `uid ${ownUid}`)
      }
      assert.strictEqual(yield* theirs.accepted, 0)
      for (const by of ["flag", "config"] as const) {
        const decided = yield* discover({ uid, named: [{ by, path: theirs.socketPath }], exclusive: true })
        assert.strictEqual((yield* decided.find({ deadline })).path, theirs.socketPath)
      }
    }),
  )

  it.scoped(
    "no more than one to another user's that --socket names and that hangs; what is said of it is that it hangs",
    () =>
      Effect.gen(function* () {
        const { discover, start, path } = yield* makeSetup
        const theirs = yield* start(path(noPid), 1000, [Fault.Hang()])
        const named = [{ by: "flag", path: theirs.socketPath } as const]
        const discovery = yield* discover({ uid: ownUid + 1, named, exclusive: true })
        const finding = yield* forkUntilAsleep(Effect.flip(discovery.find({ deadline })))
        yield* until(theirs.accepted, count => count === 1)
        yield* TestClock.adjust(deadline)
        const { message, reason } = yield* Fiber.join(finding)
        assert.deepStrictEqual(
          [reason, message],
          ["NoneAnswered", `${theirs.socketPath}: the listener does not answer`],
        )
      }),
  )

  it.scoped("anything whose name is only nearly a socket's", () =>
    Effect.gen(function* () {
      const { discover, start, path, directory } = yield* makeSetup
      const near = yield* start(`${path(noPid)}~`, 1000)
      yield* start(`${directory}/ipc-socket.${noPid}`, 1000)
      const discovery = yield* discover()
      assert.deepStrictEqual(yield* discovery.survey({ deadline }), [])
      assert.strictEqual(yield* near.accepted, 0)
    }),
  )
})

describe("verdicts of real processes", () => {
  it.scopedLive("a refused socket is a suspect while a compositor of that pid runs, else an orphan", () =>
    Effect.gen(function* () {
      const { discover, path, leave } = yield* makeSetup
      const sway = yield* startSleeper("sway")
      const other = yield* startSleeper("sleepy")
      leave(path(sway.pid ?? 0), 2000)
      leave(path(other.pid ?? 0), 1000)
      const discovery = yield* discover()
      const [first, second] = yield* discovery.survey({ deadline })
      assert.deepInclude(first, { verdict: "suspect", pid: sway.pid })
      assert.strictEqual(second?.verdict, "orphan")
      for (const fact of [`pid ${other.pid}`, "sleepy"]) assert.include(second?.reason, fact)
    }),
  )

  it.scopedLive("a stopped listener is unresponsive, and is not harmed by being asked again and again", () =>
    Effect.gen(function* () {
      const { discover, path } = yield* makeSetup
      yield* startStoppedListener(path(noPid))
      const discovery = yield* discover()
      for (let round = 0; round < 8; round += 1) {
        const [candidate] = yield* discovery.survey({ deadline: Duration.millis(20) })
        assert.strictEqual(candidate?.verdict, "unresponsive")
      }
      const text = fs.readFileSync("/proc/net/unix", "utf8")
      assert.strictEqual(
        parseKernelSockets(text, each => (each === path(noPid) ? { paths: [each], isSure: true } : undefined)).get(
          path(noPid),
        )?.waiting,
        1,
      )
    }),
  )
})

describe("a command that asks once", () => {
  /** Longer than any test: who waits for it fails. */
  const forever = Duration.hours(1)

  it.scopedLive(
    "does not wait for a stopped listener, which has one connection waiting however often it is asked",
    () =>
      Effect.gen(function* () {
        const { directory, discover } = yield* makeSetup
        const path = `${directory}/named`
        yield* startStoppedListener(path)
        const discovery = yield* discover({ named: [{ by: "SWAYSOCK", path }], once: true })
        for (let round = 0; round < 6; round += 1) {
          const [candidate] = yield* discovery.survey({ deadline: forever })
          assert.strictEqual(candidate?.verdict, "unresponsive")
        }
        assert.strictEqual((yield* Effect.flip(discovery.find({ deadline: forever }))).reason, "NoneAnswered")
        assert.strictEqual(yield* discovery.waitingAt(path), 1)
      }),
  )

  it.scopedLive("takes no notice of a stopped process that has the pid in the name and does not listen", () =>
    Effect.gen(function* () {
      const { discover, path, start } = yield* makeSetup
      const other = yield* startSleeper("sway")
      yield* stop(other)
      yield* start(path(other.pid ?? 0), 1000, [Fault.Slow({ milliseconds: 200 })])
      const discovery = yield* discover({ once: true })
      const [candidate] = yield* discovery.survey({ deadline: forever })
      assert.strictEqual(candidate?.verdict, "live")
    }),
  )
})

describe("isInPlace", () => {
  it.scoped("holds until the file is deleted or is another one", () =>
    Effect.gen(function* () {
      const { discover, start, path, leave } = yield* makeSetup
      const live = yield* start(path(noPid), 1000)
      const discovery = yield* discover()
      const found = yield* discovery.find({ deadline })
      assert.isTrue(yield* discovery.isInPlace(found))
      fs.renameSync(live.socketPath, `${live.socketPath}.old`)
      assert.isFalse(yield* discovery.isInPlace(found))
      leave(live.socketPath, 1000)
      assert.isFalse(yield* discovery.isInPlace(found))
      fs.renameSync(`${live.socketPath}.old`, live.socketPath)
      assert.isTrue(yield* discovery.isInPlace(found))
    }),
  )
})

describe("changes", () => {
  it.scoped("come from the directory", () =>
    Effect.gen(function* () {
      const { discover, changed } = yield* makeSetup
      const discovery = yield* discover()
      const change = yield* Effect.fork(Stream.runHead(discovery.changes))
      yield* untilSuspended(change)
      yield* PubSub.publish(changed, undefined)
      assert.isTrue(Option.isSome(yield* Fiber.join(change)))
    }),
  )

  it.scoped("come from a compositor that answers after it was given up", () =>
    Effect.gen(function* () {
      const { discover, start, path } = yield* makeSetup
      const slow = yield* start(path(noPid), 1000, [Fault.Hang()])
      const discovery = yield* discover()
      const change = yield* Effect.fork(Stream.runHead(discovery.changes))
      const finding = yield* Effect.fork(Effect.flip(discovery.find({ deadline })))
      yield* until(slow.accepted, count => count === 1)
      yield* TestClock.adjust(deadline)
      assert.strictEqual((yield* Fiber.join(finding)).reason, "NoneAnswered")
      assert.strictEqual((yield* Fiber.poll(change))._tag, "None")
      yield* slow.inject(Fault.Resume())
      yield* Fiber.join(change)
      assert.strictEqual((yield* discovery.find({ deadline })).path, slow.socketPath)
    }),
  )
})
