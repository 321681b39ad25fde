/** The daemon as a process, ill-treated: it answers all along, and afterwards it holds no more than before. */

import { readdirSync, readFileSync } from "node:fs"
import { createConnection, type Socket } from "node:net"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { controlSocketPathIn } from "../../../src/layers/system/runtimeDirOf.ts"
import { health, startDaemon } from "../../support/daemon.ts"
import { describeWith } from "../../support/needs.ts"
import { spawnAs } from "../../support/Spawn.ts"
import { makeRuntimeDir, stageBundle } from "../../support/TestUser.ts"
import { eventually } from "../../support/waiting.ts"

const descriptors = (pid: number) => readdirSync(`/proc/${pid}/fd`).length

/** Resident memory in MiB. */
const resident = (pid: number) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024

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
          const daemon = yield* startDaemon(entry, { runtimeDir }, ["--embedded"])
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
            return resident(daemon.pid)
          })
          // The collector takes what it likes at first; what it keeps must not grow with every further attack. A part of what
          // there is, not so many MiB: how much a V8 takes is its own business.
          const early = yield* rounds
          const late = yield* rounds
          assert.isBelow((late - early) / 4, early / 10, "growth by each further attack, against all that it holds")
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
