/** Compositors that could kill or blind the daemon: absurd versions, full queues. */

import { fileURLToPath } from "node:url"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { KernelSockets, layer as kernelSockets } from "../../src/layers/system/KernelSockets.ts"
import { startSway } from "../support/Desktop.ts"
import { ask, health, startDaemon } from "../support/daemon.ts"
import { connectBytes } from "../support/embeddedClient.ts"
import { describeWith, swayTools } from "../support/needs.ts"
import { type Running, spawnAs } from "../support/Spawn.ts"
import { makeRuntimeDir, stageBundle, stageFile, TEST_UID } from "../support/TestUser.ts"
import { eventually } from "../support/waiting.ts"
import { beingTraced, cannotNotify } from "../support/wording.ts"

const waiting = (path: string) =>
  Effect.flatMap(KernelSockets, kernel => kernel.at(path)).pipe(
    Effect.map(socket => socket.waiting),
    Effect.provide(kernelSockets),
  )

/** Answers each request with the version that its second argument makes. */
const versionServer = `
const [path, kind] = process.argv.slice(1)
const version = kind === "NUL" ? "1.\\0 7" : "x".repeat(131072)
const body = Buffer.from(JSON.stringify({ human_readable: version, variant: version, major: 1, minor: 7, patch: 0 }))
const head = Buffer.alloc(14)
head.write("i3-ipc")
head.writeUInt32LE(body.length, 6)
head.writeUInt32LE(7, 10)
require("node:net").createServer(s => s.on("error", () => {}).on("data", () => s.write(Buffer.concat([head, body]))))
  .listen(path, () => console.log("listening"))
`

describeWith(["node", "setpriv"], "a compositor with an absurd version", () => {
  for (const kind of ["NUL", "long"]) {
    it.scopedLive(`does not end the daemon: ${kind}`, () =>
      Effect.gen(function* () {
        const runtimeDir = yield* makeRuntimeDir
        const entry = yield* stageBundle
        const path = `${runtimeDir}/sway-ipc.${TEST_UID}.99000000.sock`
        const server = yield* spawnAs(process.execPath, ["-e", versionServer, path, kind], { runtimeDir })
        yield* server.stdout.lines.take
        const daemon = yield* startDaemon(entry, {
          runtimeDir,
          env: { NOTIFY_SOCKET: `${runtimeDir}/notify`, WATCHDOG_USEC: "3000000" },
        })
        const { compositor } = yield* eventually(health(runtimeDir), ({ status }) => status === "healthy")
        assert.isAtMost(compositor?.version.length ?? 0, 256)
        // A further notification, after the one that held the version: the watchdog's, which needs the whole daemon.
        yield* eventually(
          Effect.sync(() => daemon.stderr.text()),
          log => log.split(cannotNotify).length > 3,
        )
        assert.isFalse(daemon.isGone(), daemon.stderr.text())
        assert.strictEqual((yield* health(runtimeDir)).status, "healthy")
      }),
    )
  }
})

describeWith(["node", "setpriv", "strace"], "a daemon without memory for another process", () => {
  it.scopedLive("says that it could not notify, and goes on", () =>
    Effect.gen(function* () {
      const runtimeDir = yield* makeRuntimeDir
      const entry = yield* stageBundle
      // Node forks by clone(2); its threads are made by clone3(2).
      const inject = ["-f", "-qq", "-o", "/dev/null", "-e", "trace=clone", "-e", "inject=clone:error=ENOMEM"]
      const daemon = yield* spawnAs("strace", [...inject, process.execPath, entry, "daemon", "--embedded"], {
        runtimeDir,
        env: { NOTIFY_SOCKET: `${runtimeDir}/notify`, WATCHDOG_USEC: "2000000" },
      })
      const refusals = (log: string) => log.split("not enough memory for another process").length - 1
      yield* eventually(Effect.sync(daemon.stderr.text), log => refusals(log) > 3)
      assert.strictEqual((yield* health(runtimeDir)).status, "healthy")
      assert.isFalse(daemon.isGone())
    }),
  )
})

describeWith([...swayTools, "node", "python3"], "a compositor that a debugger holds", () => {
  it.scopedLive("is called traced, and not stopped", () =>
    Effect.gen(function* () {
      const runtimeDir = yield* makeRuntimeDir
      const entry = yield* stageBundle
      const tracer = yield* stageFile(fileURLToPath(new URL("../support/tracer.py", import.meta.url)))
      let traced: Running | undefined
      const sway = yield* startSway({
        runtimeDir,
        spawn: (command, args, options) =>
          Effect.gen(function* () {
            const running = yield* spawnAs("/usr/bin/python3", [tracer, command, ...args], options)
            traced = running
            return { ...running, pid: Number(yield* Effect.orDie(running.stdout.lines.take)) }
          }),
      })
      yield* startDaemon(entry, { runtimeDir })
      yield* eventually(health(runtimeDir), ({ status }) => status === "healthy")
      yield* traced?.kill("SIGUSR1") ?? Effect.void
      const held = yield* eventually(health(runtimeDir), ({ status }) => status === "stale")
      assert.include(held.error ?? "", `sway ${beingTraced(sway.pid, traced?.pid)}`)
      yield* traced?.kill("SIGUSR2") ?? Effect.void
      yield* eventually(health(runtimeDir), ({ status }) => status === "healthy")
    }),
  )
})

describeWith([...swayTools, "node"], "stopped compositors with full queues", () => {
  it.scopedLive(
    "do not keep a new sway from being found, and no place in a queue is taken",
    () =>
      Effect.gen(function* () {
        const runtimeDir = yield* makeRuntimeDir
        const entry = yield* stageBundle
        const stopped = yield* Effect.all([startSway({ runtimeDir }), startSway({ runtimeDir })])
        for (const sway of stopped) {
          yield* sway.kill("SIGSTOP")
          for (let place = 0; place < 3; place += 1) yield* connectBytes(sway.socketPath)
        }
        yield* startDaemon(entry, { runtimeDir })
        const stale = yield* eventually(health(runtimeDir), ({ status }) => status === "stale")
        assert.include(stale.error, "is stopped (SIGSTOP)")
        const next = yield* startSway({ runtimeDir })
        const found = yield* eventually(health(runtimeDir), ({ status }) => status === "healthy")
        assert.strictEqual(found.socket_path, next.socketPath)
        yield* ask(runtimeDir, '{"jsonrpc":"2.0","method":"list_sockets","id":1}')
        for (const sway of stopped) assert.strictEqual(yield* waiting(sway.socketPath), 3)
      }),
    60_000,
  )
})
