import { assert, it } from "@effect/vitest"
import { freePageBuffer, makePageBuffer } from "../../../src/layers/system/pageBuffer.ts"

/** Each as large as a read of the relay. */
const SIZE = 64 * 1024
const COUNT = 1000

it("a page buffer holds bytes, and is empty once it was freed", () => {
  const buffer = makePageBuffer(SIZE)
  assert.strictEqual(buffer.length, SIZE)
  assert.strictEqual(buffer.fill(7)[SIZE - 1], 7)
  freePageBuffer(buffer)
  assert.strictEqual(buffer.length, 0)
})

it("the system has the memory back at once, every second one freed or not", () => {
  const buffers = Array.from({ length: COUNT }, () => makePageBuffer(SIZE).fill(1))
  const full = process.memoryUsage.rss()
  for (const [index, buffer] of buffers.entries()) if (index % 2 === 0) freePageBuffer(buffer)
  // A quarter less, for what else is in this process.
  assert.isBelow(process.memoryUsage.rss(), full - ((COUNT * SIZE) / 2) * 0.75)
  assert.strictEqual(buffers[1]?.[0], 1)
})
