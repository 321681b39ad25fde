/** When the relay and the daemon collect garbage, as a table of the processor time and the size of the heap at each look. */
import { assert, it } from "@effect/vitest"
import { makeQuietWatch } from "../../../src/programs/process/quietGarbage.ts"

const MiB = 1024 * 1024

/** Looks, each with the processor time that was used until then and the heap in MiB; a collection leaves 10 MiB. */
const looks = (
  watch: ReturnType<typeof makeQuietWatch>,
  ...all: ReadonlyArray<readonly [used: number, heap: number]>
) =>
  all.map(([used, heap]) => {
    const isTime = watch.isTime({ used, heap: heap * MiB })
    if (isTime) watch.collected(10 * MiB)
    return isTime
  })

it("collects what the start has left at the first quiet look", () => {
  assert.deepStrictEqual(looks(makeQuietWatch(), [700, 12], [750, 12], [800, 12]), [false, true, false])
  assert.deepStrictEqual(looks(makeQuietWatch(), [700, 20], [1400, 20], [2100, 20]), [false, false, false])
})

it("leaves out the start where that has collected", () => {
  const watch = makeQuietWatch()
  watch.collected(10 * MiB)
  assert.deepStrictEqual(looks(watch, [750, 12], [800, 12.9], [810, 13], [820, 12]), [false, false, true, false])
})

it("collects again when the heap has grown, once the work is over, and measures from what was left", () => {
  const watch = makeQuietWatch()
  assert.deepStrictEqual(looks(watch, [50, 20], [2000, 30], [3000, 30], [3010, 30], [3020, 12], [3030, 13]), [
    true,
    false,
    false,
    true,
    false,
    true,
  ])
})
