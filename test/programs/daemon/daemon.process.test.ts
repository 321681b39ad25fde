/** The built program as a process, where no compositor is needed: its ends, its refusals, its exit status. */

import { chmodSync, chownSync, existsSync, rmSync, writeFileSync } from "node:fs"
import { createServer, type Server } from "node:net"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { encodeUnbounded } from "../../../src/layers/ipc/Frame.ts"
import { requestTypes } from "../../../src/layers/ipc/Message.ts"
import { ask, health, i3pm, startDaemon } from "../../support/daemon.ts"
import { describeWith } from "../../support/needs.ts"
import { spawnAs } from "../../support/Spawn.ts"
import { makeRuntimeDir, makeScratchDir, stageBundle, TEST_GID, TEST_UID } from "../../support/TestUser.ts"
import { eventually } from "../../support/waiting.ts"
import { cannotNotify, howToStart, literally, noSocketFound, openToOthers, stdoutFull } from "../../support/wording.ts"

const setUp = Effect.all({ runtimeDir: makeRuntimeDir, entry: stageBundle })
/** A server that answers every request as GET_VERSION, with this version. */
const fakeCompositor = (path: string, version: string) =>
  Effect.acquireRelease(
    Effect.async<Server>(resume => {
      const reply = encodeUnbounded(
        requestTypes.get_version,
        JSON.stringify({ human_readable: version, variant: "sway", major: 1, minor: 9, patch: 0 }),
      )
      const server = createServer(socket => {
        socket.on("error", () => {})
        socket.on("data", () => socket.write(reply))
      }).listen(path, () => {
        chownSync(path, TEST_UID, TEST_GID)
        resume(Effect.succeed(server))
      })
    }),
    server => Effect.sync(() => server.close()),
  )

const controlSocket = (runtimeDir: string) => `${runtimeDir}/i3-project-daemon/ipc.sock`

describeWith(["setpriv", "node"], "i3pm daemon", () => {
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    it.scopedLive(`ends cleanly on ${signal}, its socket and the embedded compositor's gone`, () =>
      Effect.gen(function* () {
        const { entry, runtimeDir } = yield* setUp
        const daemon = yield* startDaemon(entry, { runtimeDir }, ["--embedded"])
        const { socket_path } = yield* eventually(health(runtimeDir), ({ status }) => status === "healthy")
        yield* daemon.kill(signal)
        const { code } = yield* daemon.finished
        assert.strictEqual(code, 0)
        assert.isFalse(existsSync(controlSocket(runtimeDir)))
        assert.isFalse(existsSync(socket_path ?? ""))
      }),
    )
  }

  it.scopedLive("says which compositor it runs on and prints each change as one line", () =>
    Effect.gen(function* () {
      const { entry, runtimeDir } = yield* setUp
      const simulate = yield* spawnAs(process.execPath, [entry, "simulate"], { runtimeDir })
      yield* eventually(Effect.succeed(simulate), ({ stdout }) => stdout.text().includes(".sock\n"))
      const daemon = yield* startDaemon(entry, { runtimeDir }, ["--embedded"])
      yield* eventually(health(runtimeDir), ({ status }) => status === "healthy")
      yield* simulate.kill("SIGKILL")
      yield* eventually(health(runtimeDir), ({ status }) => status === "disconnected")
      yield* eventually(Effect.succeed(daemon), ({ stderr }) => stderr.text().includes("disconnected: "))
      const log = daemon.stderr.text()
      assert.match(log, /found sway 1\.7-i3pm-embedded \(pid \d+\)|found sway 1\.7-i3pm-embedded/)
      assert.match(log, /in a second terminal: node \S+ diagnose socket-health/)
      assert.strictEqual(log.match(/ healthy: /g)?.length, 1)
      assert.strictEqual(daemon.stdout.text(), "")
    }),
  )

  for (const [title, version] of [
    ["a NUL byte", "1.9\u0000-x"],
    ["131,072 bytes", "9".repeat(131_072)],
    ["control characters", "1.9\u001b]52;c;aGk=\u0007\u202e"],
  ] as const) {
    it.scopedLive(`lives on beside a compositor whose version has ${title}, and tells its service manager`, () =>
      Effect.gen(function* () {
        const { entry, runtimeDir } = yield* setUp
        yield* fakeCompositor(`${runtimeDir}/sway-ipc.${TEST_UID}.${process.pid}.sock`, version)
        const daemon = yield* startDaemon(entry, { runtimeDir, env: { NOTIFY_SOCKET: `${runtimeDir}/none` } })
        const healthy = yield* eventually(health(runtimeDir), ({ status }) => status === "healthy")
        assert.isAtMost(healthy.compositor?.version.length ?? 0, 256)
        // The status reporter has had its turn: it tells of each change, and cannot reach the manager.
        yield* eventually(Effect.sync(daemon.stderr.text), text => text.includes(cannotNotify))
        assert.isFalse(daemon.isGone())
        assert.strictEqual((yield* health(runtimeDir)).status, "healthy")
      }),
    )
  }

  it.scopedLive("refuses to be the second one and names the first", () =>
    Effect.gen(function* () {
      const { entry, runtimeDir } = yield* setUp
      const first = yield* startDaemon(entry, { runtimeDir })
      const second = yield* i3pm(entry, ["daemon"], { runtimeDir })
      assert.strictEqual(second.code, 1)
      assert.include(second.stderr, `(pid ${first.pid})`)
      assert.strictEqual(
        JSON.parse(yield* ask(runtimeDir, '{"jsonrpc":"2.0","method":"ping","id":1}')).result.pid,
        first.pid,
      )
    }),
  )

  it.scopedLive("replaces the socket of a dead one without asking", () =>
    Effect.gen(function* () {
      const { entry, runtimeDir } = yield* setUp
      const first = yield* startDaemon(entry, { runtimeDir })
      yield* first.kill("SIGKILL")
      yield* first.finished
      assert.isTrue(existsSync(controlSocket(runtimeDir)))
      const second = yield* startDaemon(entry, { runtimeDir })
      assert.strictEqual(
        JSON.parse(yield* ask(runtimeDir, '{"jsonrpc":"2.0","method":"ping","id":1}')).result.pid,
        second.pid,
      )
    }),
  )

  it.scopedLive("leaves the socket of the one that took its place, and ends when clients cannot reach it", () =>
    Effect.gen(function* () {
      const { entry, runtimeDir } = yield* setUp
      const first = yield* startDaemon(entry, { runtimeDir })
      rmSync(controlSocket(runtimeDir))
      const second = yield* startDaemon(entry, { runtimeDir })
      const { code } = yield* first.finished
      assert.strictEqual(code, 1)
      assert.include(first.stderr.text(), "was removed or replaced: clients cannot reach this daemon any more")
      const answer = yield* ask(runtimeDir, '{"jsonrpc":"2.0","method":"ping","id":1}')
      assert.strictEqual(JSON.parse(answer).result.pid, second.pid)
    }),
  )

  it.scopedLive("is disconnected, and says so, where there is no compositor", () =>
    Effect.gen(function* () {
      const { entry, runtimeDir } = yield* setUp
      yield* startDaemon(entry, { runtimeDir })
      const answer = yield* eventually(health(runtimeDir), ({ error }) => error?.includes("no Sway") === true)
      assert.strictEqual(answer.status, "disconnected")
      assert.strictEqual(answer.socket_path, null)
    }),
  )
})

describeWith(["setpriv", "node"], "i3pm", () => {
  const runs = (title: string, args: ReadonlyArray<string>, code: number, stderr: RegExp) =>
    it.scopedLive(title, () =>
      Effect.gen(function* () {
        const { entry, runtimeDir } = yield* setUp
        const finished = yield* i3pm(entry, args, { runtimeDir })
        assert.match(finished.stderr, stderr)
        assert.strictEqual(finished.code, code)
      }),
    )
  runs(
    "exits 2 with the reason where nothing is there",
    ["diagnose", "socket-health"],
    2,
    new RegExp(`probed directly instead ${literally(howToStart)}`),
  )
  runs("exits 64 on a wrong flag", ["diagnose", "socket-health", "--nonsense"], 64, /--nonsense/)
  runs("exits 64 on a wrong command", ["nonsense"], 64, /nonsense|subcommand/)
  runs("exits 64 on a wrong event", ["events", "nonsense"], 64, /nonsense|workspace/)
  runs("exits 64 on an empty path", ["simulate", "--path", ""], 64, /--path must be the path of a socket, not ""/)
  runs("exits 64 on a wrong fault", ["simulate", "--fault", "nonsense"], 64, /unknown fault "nonsense"/)
  runs("exits 1 where there is no socket", ["socket"], 1, new RegExp(noSocketFound))
  runs(
    "exits 1 where the named socket is missing",
    ["socket", "--socket", "/nonsense.sock"],
    1,
    /nonsense\.sock: no such file/,
  )
  runs("exits like swaymsg on a wrong flag", ["msg", "--nonsense"], 1, /--nonsense/)

  it.scopedLive("names the runtime directory that is not there", () =>
    Effect.gen(function* () {
      const { entry, runtimeDir } = yield* setUp
      const env = { XDG_RUNTIME_DIR: `${runtimeDir}/none` }
      for (const [args, code] of [
        [["diagnose", "socket-health"], 70],
        [["daemon"], 1],
        [["socket"], 1],
      ] as const) {
        const finished = yield* i3pm(entry, args, { runtimeDir, env })
        assert.include(finished.stderr, `runtime directory ${runtimeDir}/none does not exist`)
        assert.strictEqual(finished.code, code)
      }
    }),
  )

  it.scopedLive("refuses a runtime directory of somebody else, and one that others can write", () =>
    Effect.gen(function* () {
      const { entry, runtimeDir } = yield* setUp
      const finished = yield* i3pm(entry, ["daemon"], { runtimeDir, env: { XDG_RUNTIME_DIR: "/" } })
      assert.include(finished.stderr, "belongs to another user (owner uid 0, mode")
      assert.strictEqual(finished.code, 1)
      chmodSync(runtimeDir, 0o777)
      const open = yield* i3pm(entry, ["socket"], { runtimeDir })
      assert.include(open.stderr, openToOthers)
      assert.strictEqual(open.code, 1)
    }),
  )

  it.scopedLive("names a setting that it does not know, and the file", () =>
    Effect.gen(function* () {
      const { entry, runtimeDir } = yield* setUp
      const config = yield* makeScratchDir
      chmodSync(config, 0o755)
      yield* Effect.promise(() => import("node:fs/promises").then(fs => fs.mkdir(`${config}/i3pm`)))
      writeFileSync(`${config}/i3pm/config.toml`, 'prove_interval = "5s"\n')
      const finished = yield* i3pm(entry, ["socket"], { runtimeDir, env: { XDG_CONFIG_HOME: config } })
      for (const fact of [`${config}/i3pm/config.toml`, "prove_interval"]) assert.include(finished.stderr, fact)
      assert.strictEqual(finished.code, 64)
    }),
  )

  it.scopedLive("says that the disk is full, and ends quietly when its reader goes away", () =>
    Effect.gen(function* () {
      const { entry, runtimeDir } = yield* setUp
      const shell = (script: string) =>
        Effect.scoped(
          Effect.flatMap(
            spawnAs("/bin/sh", ["-c", script, "sh", process.execPath, entry], { runtimeDir }),
            ({ finished }) => finished,
          ),
        )
      const full = yield* shell('"$1" "$2" diagnose sockets --json > /dev/full; echo $?')
      assert.include(full.stderr, stdoutFull)
      assert.strictEqual(full.stdout, "1\n")
      const closed = yield* shell('{ "$1" "$2" diagnose sockets --json; echo "status $?" >&2; } | true')
      assert.notInclude(closed.stderr, "EPIPE")
    }),
  )

  it.scopedLive("ends with its events when nobody can read them any more", () =>
    Effect.gen(function* () {
      const { entry, runtimeDir } = yield* setUp
      const simulate = yield* spawnAs(process.execPath, [entry, "simulate"], { runtimeDir })
      yield* eventually(Effect.succeed(simulate), ({ stdout }) => stdout.text().includes(".sock\n"))
      const script = (sink: string) => `{ "$1" "$2" events tick workspace; echo "status $?" >&2; } ${sink}`
      for (const [sink, status] of [
        ["> /dev/full", "status 1"],
        ["| head -n 1", "status 0"],
      ] as const) {
        const events = yield* spawnAs("/bin/sh", ["-c", script(sink), "sh", process.execPath, entry], { runtimeDir })
        yield* eventually(i3pm(entry, ["msg", "-t", "send_tick"], { runtimeDir }), () =>
          events.stderr.text().includes("status"),
        )
        assert.include(events.stderr.text(), status)
      }
    }),
  )
})
