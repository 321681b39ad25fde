import { afterEach, assert, beforeEach, describe, it, vi } from "@effect/vitest"
import { pinger } from "../../../src/layers/control/pinger.ts"

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const counted = () => {
  const counts = { pings: 0, missed: 0 }
  const { answered, stop } = pinger({
    ping: () => {
      counts.pings += 1
    },
    missed: () => {
      counts.missed += 1
    },
  })
  return { counts, answered, stop }
}

describe("pinger", () => {
  it("pings every thirty seconds, and accepts an answer within two", () => {
    const { answered, counts, stop } = counted()
    for (let round = 1; round <= 3; round += 1) {
      vi.advanceTimersByTime(30_000)
      assert.strictEqual(counts.pings, round)
      answered()
    }
    vi.advanceTimersByTime(29_999)
    assert.deepStrictEqual(counts, { pings: 3, missed: 0 })
    stop()
  })

  it("reports that there is no answer two seconds after a ping", () => {
    const { counts, stop } = counted()
    vi.advanceTimersByTime(31_999)
    assert.strictEqual(counts.missed, 0)
    vi.advanceTimersByTime(2)
    assert.strictEqual(counts.missed, 1)
    stop()
  })

  it("accepts an answer that has arrived when the deadline is seen late", () => {
    const { answered, counts, stop } = counted()
    vi.advanceTimersByTime(30_000)
    setTimeout(answered, 2_000)
    vi.advanceTimersByTime(3_000)
    assert.strictEqual(counts.missed, 0)
    stop()
  })

  it("does nothing after it is stopped", () => {
    const { counts, stop } = counted()
    vi.advanceTimersByTime(30_000)
    stop()
    vi.advanceTimersByTime(60_000)
    assert.deepStrictEqual(counts, { pings: 1, missed: 0 })
  })
})
