import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { ConnectedClient } from "../../../src/layers/control/ConnectedClient.ts"
import { makeWatchHealth } from "../../../src/layers/control/watchHealth.ts"
import type { SocketHealth } from "../../../src/layers/health/SocketHealth.ts"

const healthy: SocketHealth = {
  status: "healthy",
  socket_path: "/run/a.sock",
  last_validated: "2026-01-01T00:00:00.000Z",
  latency_ms: 1,
  reconnection_count: 0,
  uptime_seconds: 1,
  error: null,
  reconnecting: false,
  compositor: { name: "sway", version: "1.7", pid: 7 },
  source: "daemon",
  warning: null,
}
const proven: SocketHealth = { ...healthy, last_validated: "2026-01-01T00:00:05.000Z" }
const stale: SocketHealth = { ...healthy, status: "stale", error: "no reply" }

/** A client that runs its forks to their end at once, and the status and time of each notification. */
const makeClient = () => {
  const pushed: Array<readonly [string, string]> = []
  const client: ConnectedClient = {
    push: line =>
      Effect.sync(() => {
        const { method, params } = JSON.parse(line)
        assert.strictEqual(method, "socket_health")
        pushed.push([params.status, params.last_validated])
        return true
      }),
    fork: work => work,
    closed: Effect.never,
  }
  return { client, pushed }
}

const source = {
  check: Effect.succeed(healthy),
  changes: Stream.make(healthy, stale),
  proofs: Stream.make(healthy, proven),
}

describe("watch_socket_health", () => {
  it.effect("gives the present health, then each change", () =>
    Effect.gen(function* () {
      const { client, pushed } = makeClient()
      assert.deepStrictEqual(yield* makeWatchHealth(source, 9)(client)(undefined), healthy)
      assert.deepStrictEqual(pushed, [["stale", healthy.last_validated ?? ""]])
    }),
  )

  it.effect("gives each reply with probes", () =>
    Effect.gen(function* () {
      const { client, pushed } = makeClient()
      yield* makeWatchHealth(source, 9)(client)({ probes: true })
      assert.deepStrictEqual(pushed, [["healthy", proven.last_validated ?? ""]])
    }),
  )

  it.effect("gives a client that asks again no second notification", () =>
    Effect.gen(function* () {
      const { client, pushed } = makeClient()
      const watch = makeWatchHealth(source, 9)
      yield* watch(client)(undefined)
      assert.deepStrictEqual(yield* watch(client)(undefined), healthy)
      assert.strictEqual(pushed.length, 1)
    }),
  )

  it.scoped("is refused above the limit, until a watcher has left", () =>
    Effect.gen(function* () {
      const scope = yield* Effect.scope
      const left = yield* Deferred.make<void>()
      const watch = makeWatchHealth(
        { ...source, changes: Stream.fromEffect(Effect.as(Deferred.await(left), healthy)) },
        1,
      )
      let watching: Fiber.RuntimeFiber<void> | undefined
      const staying: ConnectedClient = {
        ...makeClient().client,
        fork: work =>
          Effect.map(Effect.forkScoped(work), fiber => {
            watching = fiber
          }).pipe(Effect.provideService(Scope.Scope, scope)),
      }
      yield* watch(staying)(undefined)
      const refused = yield* Effect.flip(watch(makeClient().client)(undefined))
      assert.deepInclude(refused, {
        code: -32603,
        data: "1 clients watch already, which is the limit: use get_socket_health instead",
      })
      yield* Deferred.succeed(left, undefined)
      assert.isDefined(watching)
      yield* Fiber.join(watching)
      assert.deepStrictEqual(yield* watch(makeClient().client)(undefined), healthy)
    }),
  )
})
