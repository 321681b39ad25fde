import * as FastCheck from "effect/FastCheck"
import { assert, describe, it } from "vitest"
import {
  bytesOf,
  hasRawBytes,
  jsonOf,
  pathOf,
  rawJsonOf,
  readable,
  textOf,
} from "../../../src/layers/system/rawText.ts"

const bytes = FastCheck.uint8Array({ maxLength: 40 }).map(array => Buffer.from(array))

/** UTF-8 with bytes of something else in between. */
const mixed = FastCheck.array(
  FastCheck.oneof(
    FastCheck.string({ unit: "binary", maxLength: 6 }).map(text => Buffer.from(text.toWellFormed())),
    FastCheck.constantFrom(
      [0xdf],
      [0xc3],
      [0xed, 0xa0, 0x80],
      [0xf4, 0x90, 0x80, 0x80],
      [0xc0, 0xaf],
      [0xef, 0xbf, 0xbd],
    ).map(each => Buffer.from(each)),
  ),
).map(parts => Buffer.concat(parts))

describe("text that keeps bytes", () => {
  it("comes out as the bytes that went in, whatever they are", () => {
    FastCheck.assert(
      FastCheck.property(FastCheck.oneof(bytes, mixed), each => {
        assert.deepStrictEqual(bytesOf(textOf(each)), each)
        assert.deepStrictEqual(Buffer.from(pathOf(textOf(each))), each)
      }),
      { numRuns: 2000 },
    )
  })

  it("is what Node reads, but for those bytes", () => {
    FastCheck.assert(
      FastCheck.property(FastCheck.string({ unit: "binary" }), text => {
        const wellFormed = text.toWellFormed()
        assert.strictEqual(textOf(Buffer.from(wellFormed)), wellFormed)
        assert.isFalse(hasRawBytes(wellFormed))
      }),
    )
    assert.strictEqual(textOf(Buffer.from("Stra\xdfe", "latin1")), "Stra\udcdfe")
    assert.strictEqual(readable("Stra\udcdfe"), "Stra\ufffde")
    assert.isTrue(hasRawBytes("Stra\udcdfe"))
    assert.isFalse(hasRawBytes("a lone one that is no byte: \ud800"))
  })

  it("is JSON that anybody can read", () => {
    FastCheck.assert(
      FastCheck.property(FastCheck.dictionary(FastCheck.string(), FastCheck.oneof(mixed, bytes).map(textOf)), value => {
        const json = jsonOf(value)
        assert.isTrue(json.isWellFormed())
        assert.notMatch(json.replaceAll("\\\\", ""), /\\ud[89a-f]/)
        assert.deepStrictEqual(
          JSON.parse(json),
          Object.fromEntries(Object.entries(value).map(([key, text]) => [key, readable(text)])),
        )
      }),
    )
  })

  it("is JSON with its bytes where they are asked for, and a backslash before a u stays one", () => {
    FastCheck.assert(
      FastCheck.property(FastCheck.oneof(mixed, bytes).map(textOf), text => {
        const json = rawJsonOf([text, "\\udcdf", `\\${text}`])
        assert.deepStrictEqual(JSON.parse(textOf(bytesOf(json))), [text, "\\udcdf", `\\${text}`])
        assert.notMatch(json.replaceAll("\\\\", ""), /\\udc[89a-f]/)
      }),
    )
    assert.deepStrictEqual(bytesOf(rawJsonOf("Stra\udcdfe")), Buffer.from('"Stra\xdfe"', "latin1"))
  })
})
