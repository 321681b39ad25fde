import { assert, it } from "@effect/vitest"
import * as fc from "effect/FastCheck"
import { ClientBacklog } from "../../../src/layers/relay/ClientBacklog.ts"

it("gives back what was added, in order, whatever the sizes and whenever it is taken", () => {
  const step = fc.oneof(
    fc.record({ size: fc.oneof(fc.integer({ min: 0, max: 2000 }), fc.integer({ min: 60_000, max: 200_000 })) }),
    fc.constant("take" as const),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), steps => {
      const backlog = new ClientBacklog()
      const [added, taken]: [Array<Buffer>, Array<Buffer>] = [[], []]
      const take = () => {
        const next = backlog.take()
        if (next === undefined) return false
        taken.push(Buffer.from(next.bytes))
        next.done()
        return true
      }
      for (const [number, each] of steps.entries()) {
        if (each === "take") take()
        else {
          const bytes = Buffer.alloc(each.size, `${number} `)
          added.push(Buffer.from(bytes))
          backlog.add(bytes)
          // The bytes were copied: their buffer is used again.
          bytes.fill(0)
        }
        const waiting = [added, taken].map(list => list.reduce((sum, { length }) => sum + length, 0))
        assert.strictEqual(backlog.length, (waiting[0] ?? 0) - (waiting[1] ?? 0))
      }
      while (take());
      assert.isTrue(Buffer.concat(taken).equals(Buffer.concat(added)))
    }),
  )
})

it("has nothing left once it is cleared, and can be used again", () => {
  const backlog = new ClientBacklog()
  backlog.add(Buffer.alloc(200_000, "a"))
  backlog.clear()
  assert.strictEqual(backlog.length, 0)
  assert.isUndefined(backlog.take())
  backlog.add(Buffer.from("b"))
  assert.strictEqual(backlog.take()?.bytes.toString(), "b")
})

it("keeps what the system has not taken yet while other bytes come", () => {
  const backlog = new ClientBacklog()
  backlog.add(Buffer.from("first"))
  const inFlight = backlog.take()
  backlog.add(Buffer.from("second"))
  assert.strictEqual(inFlight?.bytes.toString(), "first")
  inFlight?.done()
})
