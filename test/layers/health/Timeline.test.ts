import { assert, describe, it } from "@effect/vitest"
import { begin, MAX_TRANSITIONS, observe, spentUntil } from "../../../src/layers/health/Timeline.ts"

const at = (tick: number, wall = tick) => ({ tick, wall })

describe("the timeline", () => {
  const start = begin("disconnected", at(1000))
  const healthy = observe(start, "healthy", at(1500), "a reply arrived")

  it("counts the time in each state up to now", () => {
    assert.deepStrictEqual(spentUntil(start, 1200), { healthy: 0, stale: 0, disconnected: 200 })
    assert.deepStrictEqual(spentUntil(healthy, 4500), { healthy: 3000, stale: 0, disconnected: 500 })
    const stale = observe(healthy, "stale", at(2500), "silent")
    const again = observe(stale, "healthy", at(2600), "a reply arrived")
    assert.deepStrictEqual(spentUntil(again, 2700), { healthy: 1100, stale: 100, disconnected: 500 })
  })

  it("remembers when, from where to where, for how long and why", () => {
    assert.deepStrictEqual(healthy.transitions, [
      { at: 1500, from: "disconnected", to: "healthy", lasted: 500, reason: "a reply arrived" },
    ])
  })

  it("is the same while the state is", () => {
    assert.strictEqual(observe(healthy, "healthy", at(9000), "another reply"), healthy)
  })

  it("measures with the clock that does not jump", () => {
    const jumped = observe(healthy, "stale", at(2500, 5), "NTP came")
    assert.strictEqual(jumped.transitions[1]?.lasted, 1000)
    assert.strictEqual(jumped.transitions[1]?.at, 5)
  })

  it("is bounded, and keeps the last changes", () => {
    let timeline = start
    for (let tick = 2000; tick < 4000; tick += 1) {
      timeline = observe(timeline, tick % 2 === 0 ? "healthy" : "stale", at(tick), String(tick))
    }
    assert.strictEqual(timeline.transitions.length, MAX_TRANSITIONS)
    assert.strictEqual(timeline.transitions.at(-1)?.reason, "3999")
    assert.strictEqual(
      Object.values(spentUntil(timeline, 4000)).reduce((a, b) => a + b),
      3000,
    )
  })
})
