import { assert, describe, it } from "@effect/vitest"
import { linesOf, wrap, wrappedColumns, wrapWhole } from "../../../../src/programs/cli/output/wrap.ts"

describe("lines", () => {
  it("have as many words as there is room for; a longer word sticks out", () => {
    assert.deepStrictEqual(linesOf(["a", "bc", "def", "longer", "g"], 4), ["a bc", "def", "longer", "g"])
    assert.deepStrictEqual(linesOf([], 4), [""])
  })

  it("keep an element with spaces together, and may be shorter after the first", () => {
    assert.deepStrictEqual(linesOf(["a", "[b c]", "d", "e"], 7, { rest: 3 }), ["a [b c]", "d e"])
  })

  it("part long paths behind a slash, and other words anywhere, for a screen only", () => {
    assert.deepStrictEqual(wrap("at /run/user/1000", 10), ["at", "/run/user/1000"])
    assert.deepStrictEqual(wrapWhole("at /run/user/1000", 10), ["at", "/run/user/", "1000"])
    assert.deepStrictEqual(wrapWhole("abcdefgh", 3), ["abc", "def", "gh"])
  })
})

describe("two columns", () => {
  it("are wrapped under the second, and run on without a width", () => {
    const rows = [["name", "one two three"]] as const
    assert.strictEqual(wrappedColumns(rows, 16), "name  one two\n      three")
    assert.strictEqual(wrappedColumns(rows, undefined), "name  one two three")
  })
})
