import { assert, describe, it } from "@effect/vitest"
import type { SocketHealth } from "../../../../src/layers/health/SocketHealth.ts"
import type { View } from "../../../../src/programs/cli/formats/Format.ts"
import { localTime, zoneAt } from "../../../../src/programs/cli/output/localTime.ts"
import { add, empty, render, type Screen } from "../../../../src/programs/cli/watch/liveScreen.ts"
import { sparkline } from "../../../../src/programs/cli/watch/sparkline.ts"
import { notRunning } from "../../../support/wording.ts"

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
  warning: null,
  ...changed,
})

const healthy = (at: number, changed: Partial<SocketHealth> = {}): View => ({
  _tag: "Health",
  at,
  health: health({ last_validated: new Date(at).toISOString(), ...changed }),
  history: undefined,
})

const stale = (at: number): View => healthy(at, { status: "stale", error: "sway is stopped", last_validated: "x" })
const down = (at: number): View => ({ _tag: "Down", at, message: notRunning })

const size = { width: 80, height: 24, colour: false, hasKeys: true, now: 0 }

const see = (screen: Screen, view: View) => add(screen, { view, daemonMissing: view._tag === "Down" })

const screenOf = (...views: ReadonlyArray<View>) => views.reduce(see, empty)

/** As the daemon tells them: the last one at `at`, the one before ten seconds earlier. */
const remembered = (at: number): View => ({
  _tag: "Health",
  at: at + 1000,
  health: health(),
  history: {
    counters: {
      probes: 1,
      probe_failures: 0,
      reconnections: 0,
      removed_orphans: 0,
      events_seen: 0,
      events_lost: 0,
    },
    unremovable_orphans: 0,
    latency_ms: { p50: null, p90: null, p99: null, max: null, samples: 0 },
    seconds_in_state: { healthy: 0, stale: 0, disconnected: 0 },
    transitions: [
      {
        at: new Date(at - 10_000).toISOString(),
        from: "healthy",
        to: "stale",
        lasted_seconds: 60,
        reason: "sway hangs",
      },
      {
        at: new Date(at).toISOString(),
        from: "stale",
        to: "healthy",
        lasted_seconds: 10,
        reason: "a reply arrived",
      },
    ],
  },
})

describe("add", () => {
  it("keeps a transition for each change of state and a latency for each proof", () => {
    const screen = screenOf(healthy(1000), healthy(6000, { latency_ms: 0.7 }), stale(9000), stale(9500), down(20_000))
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
    const screen = many.reduce(see, empty)
    assert.isAtMost(screen.latencies.length, 400)
    assert.isAtMost(screen.transitions.length, 200)
  })

  it("begins with what the daemon remembers", () => {
    assert.deepStrictEqual(screenOf(remembered(1_000_000)).transitions, [
      { at: 930_000, status: "healthy", reason: "" },
      { at: 990_000, status: "stale", reason: "sway hangs" },
      { at: 1_000_000, status: "healthy", reason: "" },
    ])
  })

  it("takes from the daemon's memory only what it has not seen itself", () => {
    const screen = screenOf(healthy(950_000), down(995_000), remembered(1_000_000))
    assert.deepStrictEqual(
      screen.transitions.map(({ at, status }) => [at, status]),
      [
        [950_000, "healthy"],
        [995_000, "down"],
        [1_000_000, "healthy"],
      ],
    )
    const hung = screenOf(healthy(950_000), down(1_000_500), remembered(1_000_000))
    assert.deepStrictEqual(hung.transitions.at(-1), { at: 1_001_000, status: "healthy", reason: "" })
  })
})

describe("render", () => {
  it("says how long each state lasted, the present one first", () => {
    const lines = render(screenOf(healthy(0), stale(12_000), healthy(14_500)), { ...size, now: 21_900 })
    assert.strictEqual(lines[0], "● healthy")
    const states = lines.slice(lines.indexOf("SINCE     STATE         LASTED        WHY") + 1)
    assert.match(states[0] ?? "", /^\S+ {2}healthy {7}7 s$/)
    assert.match(states[1] ?? "", /^\S+ {2}stale {9}2\.5 s {9}sway is stopped$/)
    assert.match(states[2] ?? "", /^\S+ {2}healthy {7}12 s$/)
  })

  it("fits into any terminal", () => {
    const screen = screenOf(healthy(0), stale(12_000), down(14_500), healthy(20_000))
    for (const width of [1, 10, 40, 80]) {
      for (const height of [0, 1, 5, 11, 50]) {
        const lines = render(screen, { ...size, width, height, now: 30_000 })
        assert.isAtMost(lines.length, height)
        for (const line of lines) assert.isAtMost(line.length, width)
      }
    }
  })

  it("lets the uptime go on", () => {
    const lines = render(screenOf(healthy(0)), { ...size, now: 100_000 })
    assert.include(lines, "uptime         1 min 52 s")
  })

  const why = "/run/user/1000/sway-ipc.1000.42.sock: it accepts connections and does not answer, is sway stopped?"
  const slow = screenOf(healthy(0), healthy(5000, { status: "stale", error: why }), healthy(9000))

  for (const width of [40, 60, 80, 120]) {
    it(`shows the whole reason within ${width} columns`, () => {
      const lines = render(slow, { ...size, width })
      assert.isFalse(lines.some(line => line.includes("…")))
      const after = lines.slice(lines.findIndex(line => line.startsWith("SINCE")))
      assert.include(after.join("").replaceAll(" ", ""), why.replaceAll(" ", ""))
      for (const line of lines) assert.isAtMost(line.length, width)
    })
  }

  it("has as many transitions as fit where there are few rows", () => {
    const screen = screenOf(healthy(0), stale(12_000), healthy(14_500), stale(20_000), healthy(25_000))
    const lines = render(screen, { ...size, height: 8, now: 30_000 })
    assert.strictEqual(lines.length, 8)
    assert.strictEqual(lines.slice(lines.findIndex(line => line.startsWith("SINCE")) + 1, -1).length, 5)
  })

  it("says how to leave, and in which zone the times are", () => {
    for (const screen of [empty, screenOf(healthy(0), stale(12_000))]) {
      assert.strictEqual(render(screen, size).at(-1), `q or Ctrl-C leaves   times: ${zoneAt(0)}`)
      assert.strictEqual(render(screen, { ...size, hasKeys: false }).at(-1), `Ctrl-C leaves   times: ${zoneAt(0)}`)
    }
    const why = "does not answer since 1970-01-01T00:00:11.000Z"
    const lines = render(screenOf(healthy(0), healthy(12_000, { status: "stale", error: why })), size)
    assert.isTrue(lines.some(line => line.includes(`does not answer since ${localTime(11_000)}`)))
  })

  it("says how to start the daemon where it is not running", () => {
    assert.include(render(screenOf(down(0)), size), "how to start it  i3pm doctor")
    const hung = add(empty, { view: down(0), daemonMissing: false })
    assert.isFalse(render(hung, size).some(line => line.includes("i3pm doctor")))
  })

  it("lets nothing that a compositor says of itself command the terminal", () => {
    const evil = healthy(0, { compositor: { name: "sway\x1b[2J\n", version: "\x07", pid: 1 }, error: "\x1b]0;x\x07" })
    for (const line of render(screenOf(evil), size)) assert.notMatch(line, /\p{Cc}/u)
  })

  it("is as wide and as high as the terminal, also with letters of two columns", () => {
    const warned = healthy(0, { warning: `the settings are wrong: "${"設定の値がまちがっている".repeat(5)}"` })
    for (const [width, height] of [
      [50, 24],
      [32, 40],
    ] as const) {
      const lines = render(screenOf(warned), { ...size, width, height })
      assert.isAtMost(lines.length, height)
      for (const line of lines)
        assert.isAtMost(
          [...line].reduce((sum, each) => sum + (each > "⺀" ? 2 : 1), 0),
          width,
          line,
        )
      assert.strictEqual(
        lines
          .map(line => line.trim())
          .join("")
          .match(/設定/g)?.length,
        5,
      )
    }
  })

  it("has colour only where it is wanted", () => {
    const screen = screenOf(healthy(0))
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
