/** When the relay and the daemon collect garbage, as a table of the processor time that it has used at each look. */
import { assert, it } from "@effect/vitest"
import { makeQuietWatch } from "../../../src/programs/process/quietGarbage.ts"

const looks = (...used: ReadonlyArray<number>) => {
  const isTime = makeQuietWatch()
  return used.map(isTime)
}

it("collects what the start has left at the first quiet look", () => {
  assert.deepStrictEqual(looks(700, 750, 800), [false, true, false])
  assert.deepStrictEqual(looks(700, 1400, 2100), [false, false, false])
})

it("leaves out the start where that has collected", () => {
  const isTime = makeQuietWatch(700)
  assert.deepStrictEqual([750, 800, 1600, 1750, 1800].map(isTime), [false, false, false, false, true])
})

it("collects again after work, once it is over, and not for the little that an idle program does", () => {
  assert.deepStrictEqual(looks(50, 2000, 3000, 3010), [true, false, false, true])
  assert.deepStrictEqual(looks(50, 100, 150, 500, 510), [true, false, false, false, false])
  const idle = Array.from({ length: 40 }, (_, look) => 50 * (look + 1))
  assert.strictEqual(looks(...idle).filter(is => is).length, 2)
})
