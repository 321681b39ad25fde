import { assert, describe, it } from "@effect/vitest"
import { compositorOf, differs, describe as inWords, SocketHealth } from "../../../src/layers/health/SocketHealth.ts"
import { misfit } from "../../../src/layers/system/shape.ts"
import { liveAt } from "../support/fakeDiscovery.ts"

const compositor = { name: "sway", version: "1.7", pid: 42 }

const healthy: SocketHealth = {
  status: "healthy",
  socket_path: "/run/a.sock",
  last_validated: "2026-01-02T03:04:05.000Z",
  latency_ms: 0.25,
  reconnection_count: 0,
  uptime_seconds: 8,
  error: null,
  reconnecting: false,
  compositor,
  source: "daemon",
  warning: null,
}

const stale: SocketHealth = { ...healthy, status: "stale", error: "no reply", compositor: null }

describe("a health object of another process", () => {
  it("is taken as it is, with each status and source", () => {
    for (const status of ["healthy", "stale", "disconnected"] as const) {
      for (const source of ["daemon", "probe"] as const) {
        const health = { ...healthy, status, source }
        assert.deepStrictEqual(SocketHealth(health), health)
      }
    }
  })

  it("may have null where nothing is known", () => {
    const unknown = {
      ...stale,
      socket_path: null,
      last_validated: null,
      latency_ms: null,
      compositor: { ...compositor, pid: null },
    }
    assert.deepStrictEqual(SocketHealth(unknown), unknown)
  })

  it("has no warning if an earlier release sent it", () => {
    const { warning: _, ...earlier } = healthy
    assert.deepStrictEqual(SocketHealth(earlier), healthy)
  })

  it.each(Object.keys(healthy).map(field => [field]))("is refused with a wrong %s", field => {
    assert.strictEqual(SocketHealth({ ...healthy, [field]: [] }), misfit)
  })
})

describe("the compositor", () => {
  it("has its name and version from its proof, and its pid", () => {
    assert.deepStrictEqual(compositorOf(liveAt("/run/a.sock")), { name: "sway", version: "1.7", pid: 4242 })
  })
})

describe("a difference", () => {
  const changes: ReadonlyArray<Partial<SocketHealth>> = [
    { status: "stale" },
    { socket_path: "/run/b.sock" },
    { error: "no reply" },
    { warning: "3 wait" },
    { reconnecting: true },
    { reconnection_count: 1 },
    { compositor: { ...compositor, pid: 43 } },
    { compositor: { ...compositor, version: "1.8" } },
    { compositor: null },
  ]

  it.each(changes.map(change => [change]))("matters: %j", change => {
    assert.isTrue(differs(healthy, { ...healthy, ...change }))
    assert.isTrue(differs({ ...healthy, ...change }, healthy))
  })

  it("of latency, uptime and the last proof does not matter, with a compositor or without", () => {
    const later = { latency_ms: 9, uptime_seconds: 9, last_validated: null }
    assert.isFalse(differs(healthy, { ...healthy, ...later }))
    assert.isFalse(differs(stale, { ...stale, ...later }))
  })
})

describe("health in words", () => {
  const cases: ReadonlyArray<readonly [SocketHealth, string]> = [
    [healthy, "healthy: sway 1.7 (pid 42) at /run/a.sock, answered in 0.3 ms"],
    [
      { ...healthy, reconnection_count: 2, warning: "3 wait" },
      "healthy: sway 1.7 (pid 42) at /run/a.sock, answered in 0.3 ms, reconnected 2×; warning: 3 wait",
    ],
    [
      { ...healthy, compositor: { ...compositor, pid: null }, socket_path: null, latency_ms: null },
      "healthy: sway 1.7, answered in 0.0 ms",
    ],
    [{ ...healthy, compositor: null }, "healthy:  at /run/a.sock, answered in 0.3 ms"],
    [stale, "stale: no reply"],
    [{ ...stale, status: "disconnected", reconnecting: true }, "disconnected: no reply; reconnecting"],
    [{ ...stale, error: null }, "stale: no reason known"],
    [{ ...stale, error: "a\nb" }, "stale: a\\nb"],
  ]

  it.each(cases)("%j", (health, words) => {
    assert.strictEqual(inWords(health), words)
  })
})
