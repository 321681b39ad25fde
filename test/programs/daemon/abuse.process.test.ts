/** One client that misbehaves, and what everybody else notices of it: nothing. */

import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { controlSocketPathIn } from "../../../src/layers/system/runtimeDirOf.ts"
import { ask, health, startDaemon } from "../../support/daemon.ts"
import { describeWith } from "../../support/needs.ts"
import { spawnAs } from "../../support/Spawn.ts"
import { makeRuntimeDir, stageBundle, stageFile } from "../../support/TestUser.ts"
import { eventually } from "../../support/waiting.ts"

const attackerFile = fileURLToPath(new URL("../../support/attacker.cjs", import.meta.url))

const kinds = [
  "connects and leaves",
  "sends empty lines",
  "sends zeros",
  "pipelines pings",
  "pipelines questions",
  "sends {} twice a second",
  "watches 256 times",
  "sends batches of a thousand",
]

/** A service manager that prints a line for each message to its watchdog. */
const receiver = `
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
print("ready", flush=True)
while True:
    if b"WATCHDOG=1" in s.recv(4096): print("fed", flush=True)
`

const QUESTIONS = 200

/** More than these, of {@link QUESTIONS}, are not excused by a machine that gives the compositor no processor. */
const EXCUSED = 5

/** How long a process has waited for a processor in all its life, in milliseconds: the second field of proc(5)'s `schedstat`. */
const waitedForProcessor = (pid: number) =>
  Effect.sync(() => Number(readFileSync(`/proc/${pid}/schedstat`, "utf8").split(" ")[1]) / 1e6)

/**
 * Asks for the health {@link QUESTIONS} times, and asserts that it is healthy. Stale is right, and so not the daemon's fault, where the
 * kernel says that the compositor had to wait for a processor for a good part of its deadline of 60 ms.
 */
const assertHealthy = (runtimeDir: string, compositor: number) =>
  Effect.gen(function* () {
    let excused = 0
    for (let question = 0; question < QUESTIONS; question += 1) {
      const before = yield* waitedForProcessor(compositor)
      const { error, status } = yield* health(runtimeDir)
      if (status === "healthy") continue
      yield* eventually(health(runtimeDir), each => each.status === "healthy")
      const waited = (yield* waitedForProcessor(compositor)) - before
      assert.isAbove(waited, 30, `${status}, and the compositor had a processor: ${error}`)
      excused += 1
    }
    assert.isAtMost(excused, EXCUSED)
  })

describeWith(["setpriv", "node", "python3", "systemctl"], "a daemon beside one client that misbehaves", () => {
  for (const kind of kinds) {
    it.scopedLive(
      `answers all others, calls nothing stale, and feeds its watchdog: ${kind}`,
      () =>
        Effect.gen(function* () {
          const runtimeDir = yield* makeRuntimeDir
          const entry = yield* stageBundle
          const attacker = yield* stageFile(attackerFile)
          const notify = `${runtimeDir}/notify`
          const manager = yield* spawnAs("/usr/bin/python3", ["-c", receiver, notify], { runtimeDir })
          assert.strictEqual(yield* manager.stdout.lines.take, "ready")
          const compositor = yield* spawnAs(process.execPath, [entry, "simulate"], { runtimeDir })
          const daemon = yield* startDaemon(entry, {
            runtimeDir,
            env: { NOTIFY_SOCKET: notify, WATCHDOG_USEC: "1500000" },
          })
          yield* eventually(health(runtimeDir), ({ status }) => status === "healthy")
          const args = [attacker, kind, controlSocketPathIn(runtimeDir)]
          const client = yield* spawnAs(process.execPath, args, { runtimeDir })
          assert.strictEqual(yield* client.stdout.lines.take, "ready")

          const fed = () => manager.stdout.text().split("fed").length
          const before = fed()
          yield* assertHealthy(runtimeDir, compositor.pid)
          // Three more, which come at half a second each: the first may have been on its way.
          yield* eventually(Effect.sync(fed), count => count >= before + 3)
          assert.isFalse(client.isGone())
          assert.isFalse(daemon.isGone())
        }),
      120_000,
    )
  }

  it.scopedLive("limits watchers, so that there is room for others, and says so", () =>
    Effect.gen(function* () {
      const runtimeDir = yield* makeRuntimeDir
      const entry = yield* stageBundle
      const attacker = yield* stageFile(attackerFile)
      yield* startDaemon(entry, { runtimeDir }, ["--embedded"])
      const path = controlSocketPathIn(runtimeDir)
      const client = yield* spawnAs(process.execPath, [attacker, "watches 256 times", path], { runtimeDir })
      assert.strictEqual(yield* client.stdout.lines.take, "ready")
      const watch = '{"jsonrpc":"2.0","method":"watch_socket_health","id":1}'
      const { error } = JSON.parse(yield* ask(runtimeDir, watch))
      assert.deepInclude(error, { code: -32603 })
      assert.include(error.data, "192 clients watch already")
    }),
  )

  it.scopedLive("serves all questions with forty descriptors and idle clients", () =>
    Effect.gen(function* () {
      const runtimeDir = yield* makeRuntimeDir
      const entry = yield* stageBundle
      yield* spawnAs(process.execPath, [entry, "simulate"], { runtimeDir })
      const limited = ["-c", 'ulimit -n 40; exec "$@"', "sh", process.execPath, entry, "daemon"]
      yield* spawnAs("/bin/sh", limited, { runtimeDir })
      yield* eventually(Effect.either(health(runtimeDir)), answer => answer._tag === "Right")
      // Each is connected, closed again or refused by then.
      const idle = `const net = require("net"); let open = 40
        const settled = () => { open -= 1; if (open === 0) console.log("ready") }
        for (let n = 0; n < 40; n += 1) net.connect(process.argv[1], settled).on("error", settled)`
      const clients = yield* spawnAs(process.execPath, ["-e", idle, controlSocketPathIn(runtimeDir)], { runtimeDir })
      assert.strictEqual(yield* clients.stdout.lines.take, "ready")
      yield* eventually(health(runtimeDir), ({ status }) => status === "healthy")
      for (let question = 0; question < 79; question += 1) {
        assert.strictEqual((yield* health(runtimeDir)).status, "healthy")
      }
    }),
  )
})
