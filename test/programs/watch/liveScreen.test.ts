import { assert, describe, it } from "@effect/vitest"
import type { SocketHealth } from "../../../src/layers/health/SocketHealth.ts"
import type { View } from "../../../src/programs/formats/Format.ts"
import { add, empty, render, sparkline } from "../../../src/programs/watch/liveScreen.ts"

const health = (changed: Partial<SocketHealth> = {}): SocketHealth => ({
  status: "healthy",
  socket_path: "/run/user/1000/sway-ipc.1000.42.sock",
  last_validated: "2026-11-24T02:13:58.197Z",
  latency_ms: 0.5,
  reconnection_count: 0,
  uptime_seconds: 12,
  error: null,
  reconnecting: false,
  compositor: { name: "sway", version: "1.7", pid: 42 },
  source: "daemon",
  ...changed,
})

const healthy = (at: number, changed: Partial<SocketHealth> = {}): View => ({
  _tag: "Health",
  at,
  health: health({ last_validated: new Date(at).toISOString(), ...changed }),
  history: undefined,
})

const stale = (at: number): View => healthy(at, { status: "stale", error: "sway is stopped", last_validated: "x" })
const down = (at: number): View => ({ _tag: "Down", at, message: "the daemon is not running" })

const size = { width: 80, height: 24, colour: false }

describe("add", () => {
  it("keeps a transition for each change of state and a latency for each proof", () => {
    const screen = [healthy(1000), healthy(6000, { latency_ms: 0.7 }), stale(9000), stale(9500), down(20_000)].reduce(
      add,
      empty,
    )
    assert.deepStrictEqual(
      screen.transitions.map(({ at, status }) => [at, status]),
      [
        [1000, "healthy"],
        [9000, "stale"],
        [20_000, "down"],
      ],
    )
    assert.deepStrictEqual(screen.latencies, [0.5, 0.7, 0.5])
  })

  it("forgets what no terminal shows", () => {
    const many = Array.from({ length: 2000 }, (_, index) => (index % 2 === 0 ? healthy(index) : down(index)))
    const screen = many.reduce(add, empty)
    assert.isAtMost(screen.latencies.length, 400)
    assert.isAtMost(screen.transitions.length, 200)
  })
})

describe("render", () => {
  it("says how long each state lasted, the present one first", () => {
    const lines = render([healthy(0), stale(12_000), healthy(14_500)].reduce(add, empty), size)
    assert.strictEqual(lines[0], "● healthy")
    const states = lines.slice(lines.indexOf("SINCE     STATE         LASTED        WHY") + 1)
    assert.match(states[0] ?? "", /^\S+ {2}healthy {7}now$/)
    assert.match(states[1] ?? "", /^\S+ {2}stale {9}2\.5 s {9}sway is stopped$/)
    assert.match(states[2] ?? "", /^\S+ {2}healthy {7}12 s$/)
  })

  it("fits into any terminal", () => {
    const screen = [healthy(0), stale(12_000), down(14_500), healthy(20_000)].reduce(add, empty)
    for (const width of [10, 40, 80]) {
      for (const height of [1, 5, 50]) {
        const lines = render(screen, { width, height, colour: false })
        assert.isAtMost(lines.length, height)
        for (const line of lines) assert.isAtMost(line.length, width)
      }
    }
  })

  it("lets nothing that a compositor says of itself command the terminal", () => {
    const evil = healthy(0, { compositor: { name: "sway\x1b[2J\n", version: "\x07", pid: 1 }, error: "\x1b]0;x\x07" })
    for (const line of render(add(empty, evil), size)) assert.notMatch(line, /\p{Cc}/u)
  })

  it("has colour only where it is wanted", () => {
    const screen = add(empty, healthy(0))
    assert.notInclude(render(screen, size).join(""), "\x1b")
    assert.include(render(screen, { ...size, colour: true })[0], "\x1b[1;32m● healthy")
  })
})

it("sparkline draws the highest full, and no more than fits", () => {
  assert.strictEqual(sparkline([1, 2, 4, 8], 10), "▂▃▅█")
  assert.strictEqual(sparkline([1, 2, 4, 8], 2), "▅█")
  assert.strictEqual(sparkline([0, 0], 5), "▁▁")
  assert.strictEqual(sparkline([], 5), "")
})
