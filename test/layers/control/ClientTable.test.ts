import { assert, describe, it } from "@effect/vitest"
import { ClientTable, GRACE } from "../../../src/layers/control/ClientTable.ts"

/** A table for two clients and one more, on a clock that the test sets. */
const makeSetup = () => {
  const clock = { now: 0 }
  const evicted: Array<string> = []
  const dropped: Array<string> = []
  const table = new ClientTable(2, 1, () => clock.now)
  const join = (name: string) => {
    const client = { evict: () => void evicted.push(name), drop: () => void dropped.push(name) }
    table.join(client)
    return client
  }
  return { clock, dropped, evicted, join, table }
}

describe("the table of clients", () => {
  it("evicts the longest idle client when there are too many", () => {
    const { clock, evicted, join, table } = makeSetup()
    for (const name of ["a", "b", "c"]) join(name)
    clock.now = GRACE
    table.trim()
    assert.deepStrictEqual(evicted, ["a"])
    assert.strictEqual(table.size, 2)
  })

  it("gives new clients time for their first request, up to the surplus", () => {
    const { evicted, join, table } = makeSetup()
    for (const name of ["a", "b", "c"]) join(name)
    table.trim()
    assert.deepStrictEqual(evicted, [])
    assert.isTrue(table.isFull)
    join("d")
    table.trim()
    assert.deepStrictEqual(evicted, ["a"])
  })

  it("keeps clients with work, and refuses the latest when all have work", () => {
    const { clock, evicted, join, table } = makeSetup()
    for (const name of ["a", "b", "c", "d"]) table.begin(join(name))
    clock.now = GRACE
    table.trim()
    assert.deepStrictEqual(evicted, ["d"])
  })

  it("counts work, so that a client is idle when all of it is done", () => {
    const { clock, evicted, join, table } = makeSetup()
    const busy = join("a")
    for (const name of ["b", "c"]) table.begin(join(name))
    table.begin(busy)
    table.begin(busy)
    table.finish(busy)
    clock.now = GRACE
    table.trim()
    assert.deepStrictEqual(evicted, [])
    table.finish(busy)
    table.trim()
    assert.deepStrictEqual(evicted, ["a"])
  })

  it("drops all clients at the end, and tells none that there are too many", () => {
    const { dropped, evicted, join, table } = makeSetup()
    for (const name of ["a", "b"]) join(name)
    table.clear()
    assert.deepStrictEqual(dropped, ["a", "b"])
    assert.deepStrictEqual(evicted, [])
    assert.strictEqual(table.size, 0)
  })
})
