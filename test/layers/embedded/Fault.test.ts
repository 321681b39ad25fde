import { assert, describe, it } from "@effect/vitest"
import * as Either from "effect/Either"
import { Fault, type FaultError, parseFault } from "../../../src/layers/embedded/Fault.ts"
import { faultUsages } from "../../../src/layers/embedded/faultUsages.ts"

describe("parseFault", () => {
  const read = (text: string): Fault | FaultError["reason"] =>
    Either.match(parseFault(text), { onLeft: ({ reason }) => reason, onRight: fault => fault })

  it("reads what the usage texts say", () => {
    const examples = { MILLISECONDS: "200", BYTES: "1", COUNT: "9", "[EVENT]": "tick" }
    for (const usage of faultUsages) {
      const text = Object.entries(examples).reduce((line: string, [word, value]) => line.replace(word, value), usage)
      assert.isTrue(Either.isRight(parseFault(text)), text)
    }
    assert.deepStrictEqual(read("  SLOW   200 "), Fault.Slow({ milliseconds: 200 }))
    assert.deepStrictEqual(read("flood 10000"), Fault.Flood({ count: 10_000, event: "window" }))
    assert.deepStrictEqual(read("flood 1 tick"), Fault.Flood({ count: 1, event: "tick" }))
    assert.deepStrictEqual(read("refuse-subscriptions"), Fault.RefuseSubscriptions())
  })

  it("refuses everything else with a reason", () => {
    for (const text of ["", "explode", "toString", "__proto__"]) assert.strictEqual(read(text), "Unknown", text)
    const bad = [
      "slow",
      "slow x",
      "slow -1",
      "slow 1.5",
      "slow 1 2",
      "split 0",
      "flood 0",
      "flood 5 nosuch",
      "hang now",
    ]
    for (const text of [...bad, "slow 9999999999999", "flood 5 tick x"]) {
      assert.strictEqual(read(text), "BadArgument", text)
    }
  })
})
