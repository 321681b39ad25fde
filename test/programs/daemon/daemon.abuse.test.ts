/** The daemon as a process, ill-treated: it answers all along, and afterwards it holds no more than before. */

import { existsSync, readdirSync, readFileSync } from "node:fs"
import { createConnection, type Socket } from "node:net"
import { fileURLToPath } from "node:url"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { controlSocketPathIn } from "../../../src/layers/system/runtimeDirOf.ts"
import { health, startDaemon } from "../../support/daemon.ts"
import { describeWith } from "../../support/needs.ts"
import { spawnAs } from "../../support/Spawn.ts"
import { makeRuntimeDir, makeScratchDir, stageBundle, stageFile } from "../../support/TestUser.ts"
import { eventually } from "../../support/waiting.ts"

const descriptors = (pid: number) => readdirSync(`/proc/${pid}/fd`).length

const probe = fileURLToPath(new URL("../../support/held-memory.cjs", import.meta.url))

/** A daemon, and how many bytes it holds after a full collection: what its program keeps, whichever V8 runs it. */
const startMeasured = (entry: string, runtimeDir: string) =>
  Effect.gen(function* () {
    const file = `${yield* makeScratchDir}/held`
    const preloaded = yield* stageFile(probe)
    const env = { NODE_OPTIONS: `--require=${preloaded}`, HELD_MEMORY: file }
    const daemon = yield* startDaemon(entry, { runtimeDir, env }, ["--embedded"])
    const lines = () => (existsSync(file) ? readFileSync(file, "utf8").split("\n").slice(0, -1) : [])
    const held = Effect.gen(function* () {
      const before = lines().length
      yield* daemon.kill("SIGUSR2")
      const all = yield* eventually(Effect.sync(lines), ({ length }) => length > before)
      return Number(all.at(-1))
    })
    return { daemon, held }
  })

/** Clients that send something and stay, until the scope closes. */
const clients = (path: string, count: number, payload: Buffer | string, reads: boolean) =>
  Effect.acquireRelease(
    Effect.async<ReadonlyArray<Socket>>(resume => {
      let settled = 0
      const sockets = Array.from({ length: count }, () => {
        const socket = createConnection(path)
        const settle = () => {
          settled += 1
          if (settled === count) resume(Effect.succeed(sockets))
        }
        socket.on("error", () => {})
        socket.once("connect", () => {
          if (!reads) socket.pause()
          else socket.resume()
          socket.write(payload)
          settle()
        })
        socket.once("error", settle)
        return socket
      })
    }),
    sockets => Effect.sync(() => sockets.forEach(socket => void socket.destroy())),
  )

const request = `${JSON.stringify({ jsonrpc: "2.0", method: "get_status", id: 1 })}\n`

const attacks: ReadonlyArray<readonly [string, number, Buffer | string, boolean]> = [
  ["garbage", 20, Buffer.from(Array.from({ length: 5000 }, (_, at) => (at * 37) % 256)), true],
  ["half a line", 50, '{"jsonrpc":"2.0","meth', true],
  ["an endless line", 20, Buffer.alloc(512 * 1024, "a"), true],
  ["a thousand at once", 1000, request, true],
  ["never reads", 20, request.repeat(8000), false],
  ["a deep nest", 5, `${"[".repeat(30_000)}\n`, true],
]

describeWith(["setpriv", "node"], "a daemon that is ill-treated", () => {
  for (const [title, count, payload, reads] of attacks) {
    it.scopedLive(
      `answers during and forgets after: ${title}`,
      () =>
        Effect.gen(function* () {
          const runtimeDir = yield* makeRuntimeDir
          const entry = yield* stageBundle
          const { daemon, held } = yield* startMeasured(entry, runtimeDir)
          yield* eventually(health(runtimeDir), ({ status }) => status === "healthy")
          const attack = Effect.scoped(
            Effect.gen(function* () {
              yield* clients(controlSocketPathIn(runtimeDir), count, payload, reads)
              for (let round = 0; round < 5; round += 1) {
                assert.strictEqual((yield* health(runtimeDir)).status, "healthy")
              }
            }),
          )
          const before = descriptors(daemon.pid)
          const rounds = Effect.gen(function* () {
            for (let round = 0; round < 4; round += 1) yield* attack
            yield* eventually(
              Effect.sync(() => descriptors(daemon.pid)),
              now => now <= before,
            )
            return yield* held
          })
          // The first attacks have code compiled and buffers made that stay.
          const early = yield* rounds
          const late = yield* rounds
          assert.isBelow(late / early, 1.1, "bytes held after further attacks, against those before")
          assert.isFalse(daemon.isGone())
        }),
      120_000,
    )
  }
})

describeWith(["setpriv", "node"], "a daemon with an ill compositor", () => {
  for (const fault of ["garbage", "truncate", "split 1", "slow 30", "refuse-subscriptions"]) {
    it.scopedLive(`becomes healthy in spite of: ${fault}`, () =>
      Effect.gen(function* () {
        const runtimeDir = yield* makeRuntimeDir
        const entry = yield* stageBundle
        yield* spawnAs(process.execPath, [entry, "simulate", "--fault", fault], { runtimeDir })
        const daemon = yield* startDaemon(entry, { runtimeDir })
        yield* eventually(health(runtimeDir), ({ status }) => status === "healthy")
        assert.isFalse(daemon.isGone())
      }),
    )
  }

  it.scopedLive("is stale with one that never answers, and leaves one connection there at most", () =>
    Effect.gen(function* () {
      const runtimeDir = yield* makeRuntimeDir
      const entry = yield* stageBundle
      yield* spawnAs(process.execPath, [entry, "simulate", "--fault", "hang"], { runtimeDir })
      yield* startDaemon(entry, { runtimeDir })
      const stale = yield* eventually(health(runtimeDir), ({ status }) => status === "stale")
      assert.include(stale.error, "does not answer")
    }),
  )
})
