import { assert, describe, it } from "@effect/vitest"
import { LatencyWindow } from "../../../src/layers/health/LatencyWindow.ts"

const filled = (samples: ReadonlyArray<number>, capacity?: number) => {
  const window = new LatencyWindow(capacity)
  for (const sample of samples) window.add(sample)
  return window.quantiles()
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1)

describe("the window of latencies", () => {
  it("has no quantiles without a sample", () => {
    assert.deepStrictEqual(filled([]), { p50: null, p90: null, p99: null, max: null, samples: 0 })
  })

  it("has one sample for all quantiles", () => {
    assert.deepStrictEqual(filled([0.25]), { p50: 0.25, p90: 0.25, p99: 0.25, max: 0.25, samples: 1 })
  })

  it("takes quantiles by nearest rank, in whatever order the samples came", () => {
    const expected = { p50: 50, p90: 90, p99: 99, max: 100, samples: 100 }
    assert.deepStrictEqual(filled(upTo(100)), expected)
    assert.deepStrictEqual(filled(upTo(100).toReversed()), expected)
  })

  it("sorts numbers as numbers", () => {
    assert.strictEqual(filled([9, 100, 10]).max, 100)
  })

  it("keeps the last ones only", () => {
    assert.deepStrictEqual(filled([1000, ...upTo(10)], 10), { p50: 5, p90: 9, p99: 10, max: 10, samples: 10 })
    assert.strictEqual(filled(upTo(100_000)).samples, 512)
  })
})
