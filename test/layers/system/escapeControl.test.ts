import * as FastCheck from "effect/FastCheck"
import { assert, describe, it } from "vitest"
import {
  escapeControl,
  escapeJson,
  escapeLines,
  escapeMessage,
  escapeValues,
} from "../../../src/layers/system/escapeControl.ts"

/** Code units, one by one: what turns the reading order or ends a line or commands a terminal. */
const isUnsafe = (text: string) =>
  [...text].some(character => {
    const code = character.codePointAt(0) ?? 0
    return (
      code < 0x20 ||
      (code >= 0x7f && code <= 0x9f) ||
      (code >= 0xd800 && code <= 0xdfff) ||
      [0x61c, 0x200e, 0x200f, 0x2028, 0x2029].includes(code) ||
      (code >= 0x202a && code <= 0x202e) ||
      (code >= 0x2066 && code <= 0x2069)
    )
  })

const hostile = FastCheck.array(
  FastCheck.oneof(
    FastCheck.string({ unit: "binary", maxLength: 4 }),
    FastCheck.constantFrom(
      "\x1b]52;c;cm0=\x07",
      "\n<3>forged",
      "\r",
      "\x9b31m",
      "\u202e",
      "\u2066",
      "\u2028",
      "\udcdf",
    ),
    FastCheck.nat({ max: 0xffff }).map(code => String.fromCharCode(code)),
  ),
  { maxLength: 12 },
).map(parts => parts.join(""))

const runs = { numRuns: 3000 }

describe("escapeControl", () => {
  it("leaves nothing that is not safe, and is the same when it is applied twice", () => {
    FastCheck.assert(
      FastCheck.property(hostile, text => {
        const escaped = escapeControl(text)
        assert.isFalse(isUnsafe(escaped), JSON.stringify(escaped))
        assert.strictEqual(escapeControl(escaped), escaped)
      }),
      runs,
    )
  })

  it("leaves all other text as it is", () => {
    FastCheck.assert(
      FastCheck.property(hostile, text => {
        if (!isUnsafe(text)) assert.strictEqual(escapeControl(text), text)
      }),
      runs,
    )
    const ordinary = "é 日本 🏳️‍🌈 عربى עברית \\x1b ~ \u00a0"
    assert.strictEqual(escapeControl(ordinary), ordinary)
  })

  it("says which character it was", () => {
    assert.strictEqual(
      escapeControl("\x1b[31m\n\r\t\x00\x7f\x9b\u202e\u2028\u061c\ud800 \udcdf"),
      "\\x1b[31m\\n\\r\\t\\x00\\x7f\\x9b\\u202e\\u2028\\u061c\\ud800 \\xdf",
    )
  })
})

describe("text of several lines", () => {
  it("keeps its lines, and a message can forge none", () => {
    FastCheck.assert(
      FastCheck.property(hostile, text => {
        assert.isFalse(isUnsafe(escapeLines(text).replace(/[\n\t]/g, "")))
        const [, ...further] = escapeMessage(text).split("\n")
        assert.isTrue(further.every(line => line.startsWith("  ")))
      }),
      runs,
    )
    assert.strictEqual(escapeMessage("a\n<3>b\n"), "a\n  <3>b")
  })
})

describe("JSON", () => {
  it("says the same values, and nothing that is not safe", () => {
    FastCheck.assert(
      FastCheck.property(
        FastCheck.dictionary(hostile, hostile),
        FastCheck.constantFrom(undefined, 2),
        (value, space) => {
          const json = escapeJson(JSON.stringify(value, null, space))
          assert.isFalse(isUnsafe(json.replaceAll("\n", "")))
          assert.deepStrictEqual(JSON.parse(json), value)
        },
      ),
      runs,
    )
  })

  it("has each of its texts on one line for a person", () => {
    assert.deepStrictEqual(escapeValues([{ name: "a\nb", inner: ["\x1b", 1, null, true] }]), [
      { name: "a\\nb", inner: ["\\x1b", 1, null, true] },
    ])
  })
})
