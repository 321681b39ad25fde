import { assert, describe, it } from "@effect/vitest"
import {
  amount,
  count,
  fields,
  flag,
  list,
  misfit,
  number,
  oneOf,
  optional,
  orNull,
  text,
  withDefault,
} from "../../../src/layers/system/shape.ts"

describe("a shape", () => {
  it("takes what is of it and nothing else", () => {
    const cases = [
      [text, ["", "a"], [1, null, undefined, {}]],
      [number, [-1.5, 0], ["1", null, undefined]],
      [amount, [0, 1.5], [-0.1, "1", null]],
      [count, [0, 7], [-1, 1.5, Number.NaN, "1"]],
      [flag, [true, false], [0, "true", null]],
      [oneOf("a", "b"), ["a", "b"], ["c", "", null, 0]],
      [orNull(text), ["a", null], [undefined, 1]],
      [optional(text), ["a", undefined], [null, 1]],
      [list(count), [[], [1, 2]], [[1, "2"], {}, null, "12"]],
    ] as const
    for (const [shape, good, bad] of cases) {
      for (const value of good) assert.deepStrictEqual(shape(value), value)
      for (const value of bad) assert.strictEqual(shape(value), misfit, JSON.stringify(value))
    }
  })

  it("of an object has its own fields in their order, whatever else there is", () => {
    const shape = fields({ a: count, b: withDefault(orNull(text), "none"), c: optional(flag) })
    assert.strictEqual(JSON.stringify(shape({ more: 1, c: true, b: null, a: 1 })), '{"a":1,"b":null,"c":true}')
    assert.strictEqual(JSON.stringify(shape({ a: 1 })), '{"a":1,"b":"none"}')
    for (const bad of [{}, { a: "1" }, { a: 1, c: 1 }, [], null, "a", 1]) assert.strictEqual(shape(bad), misfit)
  })

  it("does not take for a field what every object has", () => {
    assert.strictEqual(fields({ toString: text })({}), misfit)
    assert.strictEqual(JSON.stringify(fields({ constructor: optional(text) })({})), "{}")
  })
})
