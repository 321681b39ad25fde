import { describe, expect, it } from "vitest"
import { jsonC, spacedJson } from "../../../src/layers/ipc/jsonC.ts"
import { requestNames } from "../../../src/layers/ipc/Message.ts"
import { fixturesOf, recorded } from "../../support/fixtures.ts"

describe("jsonC", () => {
  // Each printed by json-c 0.16 and 0.18 themselves.
  it.each([
    [
      '{"a":[1.0,1e5,1E+2,-0,-0.0,0.10],"b":[null,true,{"x":""}]}',
      '{\n  "a": [\n    1.0,\n    1e5,\n    1E+2,\n    0,\n    -0.0,\n    0.10\n  ],\n  "b": [\n    null,\n    true,\n    {\n      "x": ""\n    }\n  ]\n}',
    ],
    [
      '"a/b\\/\\u00e9\\u0001\u007f\\ud83d\\ude00\\"\\\\\\n\\b\\f\\r\\t"',
      '"a\\/b\\/é\\u0001\u007f😀\\"\\\\\\n\\b\\f\\r\\t"',
    ],
    ['"\\ud800"', '"\ufffd"'],
    ['"\\udc00x\\u002f\\u0022"', '"\ufffdx\\/\\""'],
    ['"\\u2028\u2028"', '"\u2028\u2028"'],
    [" [ 1 ,\n2 ] ", "[\n  1,\n  2\n]"],
    ["1.50", "1.50"],
    ['{"a/\\u00e9\\n":"]}"}', '{\n  "a\\/é\\n": "]}"\n}'],
  ])("%j", (json, expected) => {
    expect(jsonC(json, true)).toBe(expected)
    expect(jsonC(json, false)).toBe(expected)
  })

  it("has two forms of an empty list and object", () => {
    expect(jsonC('{"a":[[ ]],"b":{}}', true)).toBe('{\n  "a": [\n    []\n  ],\n  "b": {}\n}')
    expect(jsonC('{"a":[[ ]],"b":{}}', false)).toBe('{\n  "a": [\n    [\n    ]\n  ],\n  "b": {\n  }\n}')
  })

  it("writes a value on one line, with spaces", () => {
    expect(spacedJson({ a: [], "b/": {}, c: [1, { d: "x/\n" }], e: undefined, f: null })).toBe(
      '{ "a": [ ], "b\\/": { }, "c": [ 1, { "d": "x\\/\\n" } ], "e": null, "f": null }',
    )
  })

  it("keeps bytes that are not UTF-8", () => {
    expect(jsonC('"\udcff\udcfe/"', true)).toBe('"\udcff\udcfe\\/"')
  })

  it("takes a string of any length", () => {
    const long = `"${"\\\\/".repeat(200_000)}"`
    expect(JSON.parse(jsonC(long, true))).toBe(JSON.parse(long))
  })

  it.each(recorded.flatMap(from => fixturesOf(from, "", requestNames)))(
    "changes no value: $name $variant",
    ({ json }) => {
      for (const one of [true, false]) expect(JSON.parse(jsonC(JSON.stringify(json), one))).toEqual(json)
    },
  )
})
