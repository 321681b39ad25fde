import * as FastCheck from "effect/FastCheck"
import { describe, expect, it } from "vitest"
import { encodeUnbounded, HEADER_SIZE } from "../../../src/layers/ipc/Frame.ts"
import { FrameScanner } from "../../../src/layers/ipc/FrameScanner.ts"

const messages = FastCheck.array(
  FastCheck.record({
    type: FastCheck.nat({ max: 0xffff_ffff }),
    payload: FastCheck.string({ unit: "binary", maxLength: 60 }),
  }),
  { maxLength: 8 },
)

const cuts = FastCheck.array(FastCheck.double({ min: 0, max: 1, noNaN: true }), { maxLength: 40 })

const split = (bytes: Buffer, fractions: ReadonlyArray<number>): ReadonlyArray<Buffer> => {
  const offsets = fractions.map(fraction => Math.round(fraction * bytes.length)).sort((a, b) => a - b)
  return [...offsets, bytes.length].map((offset, index) => bytes.subarray(offsets[index - 1] ?? 0, offset))
}

const scan = (chunks: ReadonlyArray<Buffer>, maxPayload?: number) => {
  const scanner = new FrameScanner(maxPayload)
  const frames: Array<{ readonly type: number; readonly bytes: string }> = []
  for (const chunk of chunks) {
    const error = scanner.push(chunk, (type, buffer, start, end) =>
      frames.push({ type, bytes: buffer.toString("hex", start, end) }),
    )
    if (error !== undefined) return { frames, error, isAtBoundary: scanner.isAtBoundary }
  }
  return { frames, error: undefined, isAtBoundary: scanner.isAtBoundary }
}

describe("FrameScanner", () => {
  it("gives every frame whole and once, however the stream is cut", () => {
    FastCheck.assert(
      FastCheck.property(messages, cuts, (all, fractions) => {
        const whole = all.map(({ payload, type }) => encodeUnbounded(type, payload))
        const { error, frames, isAtBoundary } = scan(split(Buffer.concat(whole), fractions))
        expect(error).toBeUndefined()
        expect(isAtBoundary).toBe(true)
        expect(frames).toEqual(whole.map((bytes, index) => ({ type: all[index]?.type, bytes: bytes.toString("hex") })))
      }),
    )
  })

  it("gives frames that lie in one chunk as parts of that chunk", () => {
    const chunk = Buffer.concat([encodeUnbounded(7, ""), encodeUnbounded(0, "nop")])
    const places: Array<readonly [boolean, number, number]> = []
    new FrameScanner().push(chunk, (_, buffer, start, end) => places.push([buffer === chunk, start, end]))
    expect(places).toEqual([
      [true, 0, HEADER_SIZE],
      [true, HEADER_SIZE, 2 * HEADER_SIZE + 3],
    ])
  })

  it.each([
    ["at once", [Buffer.from("close-sway-ipc")]],
    ["byte by byte", [...Buffer.from("i3-nonsense-bytes")].map(byte => Buffer.from([byte]))],
    ["behind a frame", [Buffer.concat([encodeUnbounded(7, ""), Buffer.from("i3x")])]],
  ])("says that bytes are no frame: %s", (_, chunks) => {
    expect(scan(chunks).error).toMatchObject({ reason: "BadMagic" })
  })

  it("refuses a payload over the limit as soon as its header has come", () => {
    const frame = encodeUnbounded(0, "x".repeat(11))
    expect(scan([frame.subarray(0, HEADER_SIZE)], 10).error).toMatchObject({ reason: "PayloadTooLarge" })
    expect(scan([frame.subarray(0, 3), frame.subarray(3)], 10).error).toMatchObject({ reason: "PayloadTooLarge" })
    expect(scan([frame], 11)).toMatchObject({ error: undefined, isAtBoundary: true })
  })
})
