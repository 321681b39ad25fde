/** A compositor out of descriptors: it answers the connection that it has, and accepts no other. */

import { readdirSync } from "node:fs"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { startI3 } from "../support/Desktop.ts"
import { health, i3pm, startDaemon } from "../support/daemon.ts"
import { describeWith, i3Tools } from "../support/needs.ts"
import { runAs, spawnAs } from "../support/Spawn.ts"
import { makeRuntimeDir, stageBundle } from "../support/TestUser.ts"
import { eventually } from "../support/waiting.ts"

/** Connects as often as it can, and keeps what it has. */
const holder = `
const net = require("node:net")
let settled = 0
const done = () => { if (++settled === 4) console.log("ready") }
for (let each = 0; each < 4; each += 1) net.connect(process.argv[1]).on("connect", done).on("error", done)
setInterval(() => {}, 1000)
`

describeWith([...i3Tools, "node", "prlimit"], "a compositor out of descriptors", () => {
  it.scopedLive("is healthy with a warning that says so, and is told of by diagnose sockets", () =>
    Effect.gen(function* () {
      const runtimeDir = yield* makeRuntimeDir
      const entry = yield* stageBundle
      const i3 = yield* startI3({ runtimeDir })
      yield* startDaemon(entry, { runtimeDir })
      yield* eventually(health(runtimeDir), ({ status }) => status === "healthy")
      const open = new Set(readdirSync(`/proc/${i3.pid}/fd`).map(Number))
      // A new descriptor has the lowest free number, and that has to be below the limit (getrlimit(2)).
      let limit = 0
      while (open.has(limit)) limit += 1
      const limited = yield* runAs("prlimit", ["--pid", `${i3.pid}`, `--nofile=${limit}:${limit}`], { runtimeDir })
      assert.strictEqual(limited.code, 0, limited.stderr)
      const clients = yield* spawnAs(process.execPath, ["-e", holder, i3.socketPath], { runtimeDir })
      assert.strictEqual(yield* clients.stdout.lines.take, "ready")
      const warned = yield* eventually(health(runtimeDir), ({ warning }) => warning !== null, 60_000)
      assert.strictEqual(warned.status, "healthy")
      assert.match(warned.warning ?? "", /i3 \(pid \d+\).*file descriptors/)
      const { stdout } = yield* i3pm(entry, ["diagnose", "sockets", "--json"], { runtimeDir })
      assert.include(stdout, "file descriptors")
      yield* clients.kill("SIGKILL")
    }),
  )
})
