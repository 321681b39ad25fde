import { assert, describe, it } from "@effect/vitest"
import { duration, milliseconds } from "../../../../src/programs/cli/output/duration.ts"

describe("a duration", () => {
  it("has its two largest units, and no unit that is nothing", () => {
    assert.deepStrictEqual(
      [0, 0.04, 0.42, 9.94, 9.96, 59.6, 60, 725, 3600, 3661, 90_000, 86_400 * 400 + 59].map(duration),
      ["0 s", "0 s", "0.4 s", "9.9 s", "10 s", "1 min", "1 min", "12 min 5 s", "1 h", "1 h 1 min", "1 d 1 h", "400 d"],
    )
  })
})

describe("a round trip", () => {
  it("has two decimals, and a dash where there was none", () => {
    assert.deepStrictEqual([0, 0.416, 12, null].map(milliseconds), ["0.00 ms", "0.42 ms", "12.00 ms", "-"])
  })
})
