import { assert, describe, it } from "@effect/vitest"
import { columns } from "../../../../src/programs/cli/output/output.ts"
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

describe("text that is wider than it is long", () => {
  it("has lines of as many columns as there are", () => {
    assert.deepStrictEqual(linesOf(["設定", "の", "値"], 6), ["設定", "の 値"])
    assert.deepStrictEqual(wrapWhole("設定の値/がまちがう", 7), ["設定の", "値/がま", "ちがう"])
    assert.deepStrictEqual(wrapWhole("🚀🚀", 2), ["🚀", "🚀"])
    assert.deepStrictEqual(wrapWhole("🚀", 1), ["🚀"])
    assert.deepStrictEqual(wrapWhole("cafe\u0301s", 5), ["cafe\u0301s"])
  })

  it("stands in columns of its width", () => {
    assert.strictEqual(
      columns([
        ["設", "b"],
        ["aaaa", "b"],
      ]),
      "設    b\naaaa  b",
    )
    assert.strictEqual(wrappedColumns([["設定", "一 二 三 四"]], 16), "設定  一 二 三\n      四")
  })
})

describe("two columns", () => {
  it("are wrapped under the second, and run on without a width", () => {
    const rows = [["name", "one two three"]] as const
    assert.strictEqual(wrappedColumns(rows, 16), "name  one two\n      three")
    assert.strictEqual(wrappedColumns(rows, undefined), "name  one two three")
  })
})
