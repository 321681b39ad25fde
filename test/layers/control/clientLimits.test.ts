import { assert, describe, it } from "@effect/vitest"
import { clientLimitsFor, watcherLimit } from "../../../src/layers/control/clientLimits.ts"

describe("the limits of clients", () => {
  it("are 256 and 1024 more where there are descriptors enough", () => {
    assert.deepStrictEqual(clientLimitsFor(Number.POSITIVE_INFINITY, 20), { capacity: 256, surplus: 1024 })
  })

  it("leave descriptors for the rest of the process", () => {
    assert.deepStrictEqual(clientLimitsFor(132, 20), { capacity: 80, surplus: 20 })
  })

  it("are two clients at least", () => {
    assert.deepStrictEqual(clientLimitsFor(20, 20), { capacity: 2, surplus: 0 })
  })

  it("leave a quarter to clients that do not watch", () => {
    assert.strictEqual(watcherLimit(256), 192)
    assert.strictEqual(watcherLimit(1), 1)
  })
})
