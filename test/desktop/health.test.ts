/** The daemon and real compositors: stopped, continued, killed, replaced. */

import { existsSync } from "node:fs"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { KernelSockets, layer as kernelSockets } from "../../src/layers/system/KernelSockets.ts"
import { startI3, startSway } from "../support/Desktop.ts"
import { ask, health, startDaemon, watchHealth } from "../support/daemon.ts"
import { describeWith, i3Tools, swayTools } from "../support/needs.ts"
import { makeRuntimeDir, stageBundle } from "../support/TestUser.ts"
import { eventually } from "../support/waiting.ts"

const compositors = [
  { name: "sway", start: startSway, tools: swayTools },
  { name: "i3", start: startI3, tools: i3Tools },
] as const

const waiting = (path: string) =>
  Effect.flatMap(KernelSockets, kernel => kernel.at(path)).pipe(
    Effect.map(socket => socket.waiting),
    Effect.provide(kernelSockets),
  )

/** A compositor, and a daemon beside it. */
const startBoth = (start: (typeof compositors)[number]["start"]) =>
  Effect.gen(function* () {
    const runtimeDir = yield* makeRuntimeDir
    const entry = yield* stageBundle
    const compositor = yield* start({ runtimeDir })
    yield* startDaemon(entry, { runtimeDir })
    return { compositor, runtimeDir }
  })

for (const { name, start, tools } of compositors) {
  describeWith([...tools, "node"], `daemon and ${name}`, () => {
    it.scopedLive(
      "is healthy, stale while it is stopped, healthy again without a reconnection",
      () =>
        Effect.gen(function* () {
          const { compositor, runtimeDir } = yield* startBoth(start)

          const first = yield* eventually(health(runtimeDir), ({ status }) => status === "healthy")
          assert.strictEqual(first.socket_path, compositor.socketPath)
          assert.deepStrictEqual({ ...first.compositor, version: "" }, { name, version: "", pid: compositor.pid })
          assert.strictEqual(first.error, null)

          yield* compositor.kill("SIGSTOP")
          const stopped = yield* health(runtimeDir)
          assert.strictEqual(stopped.status, "stale", "the first question after the stop gets the truth already")
          assert.include(stopped.error, "SIGSTOP")
          assert.strictEqual(stopped.reconnecting, false)
          for (let round = 0; round < 200; round += 1) {
            assert.strictEqual((yield* health(runtimeDir)).status, "stale")
          }
          for (let round = 0; round < 3; round += 1) {
            yield* ask(runtimeDir, '{"jsonrpc":"2.0","method":"list_sockets","id":1}')
          }
          assert.isAtMost(yield* waiting(compositor.socketPath), 1, "waiting slots of the stopped compositor in use")

          yield* compositor.kill("SIGCONT")
          const continued = yield* eventually(health(runtimeDir), ({ status }) => status === "healthy")
          assert.strictEqual(continued.reconnection_count, 0)
          assert.strictEqual(continued.socket_path, compositor.socketPath)
        }),
      60_000,
    )

    it.scopedLive(
      "notices a kill at once and is healthy on the path of the next one",
      () =>
        Effect.gen(function* () {
          const { compositor, runtimeDir } = yield* startBoth(start)
          yield* eventually(health(runtimeDir), ({ status }) => status === "healthy")
          const watcher = yield* watchHealth(runtimeDir)
          yield* eventually(Effect.succeed(watcher.seen), seen => seen.length === 1)

          yield* compositor.kill("SIGKILL")
          yield* eventually(Effect.succeed(watcher.seen), seen => seen.length > 1)
          assert.include(watcher.seen[1]?.line, '"status":"stale"')
          // The daemon removes the dead socket at once; then there is none.
          const dead = yield* eventually(health(runtimeDir), ({ status }) => status === "disconnected")
          assert.isFalse(existsSync(compositor.socketPath))
          assert.isNotNull(dead.error)
          assert.strictEqual(dead.uptime_seconds, 0)
          assert.strictEqual(dead.socket_path, compositor.socketPath)

          const next = yield* start({ runtimeDir })
          assert.notStrictEqual(next.socketPath, compositor.socketPath)
          const back = yield* eventually(health(runtimeDir), ({ status }) => status === "healthy")
          assert.strictEqual(back.socket_path, next.socketPath)
          assert.strictEqual(back.reconnection_count, 1)
          assert.strictEqual(back.compositor?.pid, next.pid)
        }),
      60_000,
    )
  })
}

describeWith([...swayTools, "node"], "daemon and a socket file", () => {
  it.scopedLive("is stale while the socket file is gone but sway runs, disconnected when both are gone", () =>
    Effect.gen(function* () {
      const runtimeDir = yield* makeRuntimeDir
      const entry = yield* stageBundle
      const sway = yield* startSway({ runtimeDir })
      yield* startDaemon(entry, { runtimeDir })
      yield* eventually(health(runtimeDir), ({ status }) => status === "healthy")

      yield* Effect.promise(() => import("node:fs/promises").then(fs => fs.unlink(sway.socketPath)))
      const deleted = yield* eventually(health(runtimeDir), ({ status }) => status === "stale")
      assert.include(deleted.error, "deleted")

      yield* sway.kill("SIGTERM")
      const gone = yield* eventually(health(runtimeDir), ({ status }) => status === "disconnected")
      assert.strictEqual(gone.compositor, null)
      assert.isNotNull(gone.last_validated)
    }),
  )

  it.scopedLive("goes over to a new sway when the one in use has stopped answering", () =>
    Effect.gen(function* () {
      const runtimeDir = yield* makeRuntimeDir
      const entry = yield* stageBundle
      const hung = yield* startSway({ runtimeDir })
      yield* startDaemon(entry, { runtimeDir })
      yield* eventually(health(runtimeDir), ({ status }) => status === "healthy")
      yield* hung.kill("SIGSTOP")
      yield* eventually(health(runtimeDir), ({ status }) => status === "stale")
      const next = yield* startSway({ runtimeDir })
      const back = yield* eventually(health(runtimeDir), ({ status }) => status === "healthy")
      assert.strictEqual(back.socket_path, next.socketPath)
      assert.strictEqual(back.reconnection_count, 1)
      assert.isAtMost(yield* waiting(hung.socketPath), 1)
    }),
  )
})
