import { endianness } from "node:os"
import * as FastCheck from "effect/FastCheck"
import { describe, expect, it } from "vitest"
import {
  encode,
  encodeUnbounded,
  type Frame,
  FrameDecoder,
  type FrameError,
  HEADER_SIZE,
  MAX_INCOMING_PAYLOAD,
  MAX_OUTGOING_PAYLOAD,
} from "../../../src/layers/ipc/Frame.ts"

interface Message {
  readonly type: number
  readonly payload: string
}

/** Any type up to an event's high bit, any text: none, short, more than one byte a character. */
const messages: FastCheck.Arbitrary<ReadonlyArray<Message>> = FastCheck.array(
  FastCheck.record({
    type: FastCheck.nat({ max: 0xffff_ffff }),
    payload: FastCheck.string({ unit: "binary", maxLength: 60 }),
  }),
  { maxLength: 8 },
)

/** Where to cut a stream: fractions of its length, so that they fit whatever the stream turns out to be. */
const cuts = FastCheck.array(FastCheck.double({ min: 0, max: 1, noNaN: true }), { maxLength: 40 })

const streamOf = (all: ReadonlyArray<Message>) =>
  Buffer.concat(all.map(message => encodeUnbounded(message.type, message.payload)))

const split = (bytes: Buffer, fractions: ReadonlyArray<number>): ReadonlyArray<Buffer> => {
  const offsets = fractions.map(fraction => Math.round(fraction * bytes.length)).sort((a, b) => a - b)
  return [...offsets, bytes.length].map((offset, index) => bytes.subarray(offsets[index - 1] ?? 0, offset))
}

interface Decoded {
  readonly messages: ReadonlyArray<Message>
  readonly error: FrameError | undefined
}

const feed = (decoder: FrameDecoder, chunks: ReadonlyArray<Buffer>): Decoded => {
  const decoded: Array<Message> = []
  const onFrame = ({ type, payload }: Frame) => void decoded.push({ type, payload: payload.toString("utf8") })
  for (const chunk of chunks) {
    const error = decoder.push(chunk, onFrame)
    if (error !== undefined) return { messages: decoded, error }
  }
  return { messages: decoded, error: undefined }
}

const header = (length: number, type = 0) => {
  const bytes = encodeUnbounded(type, "")
  if (endianness() === "LE") bytes.writeUInt32LE(length, 6)
  else bytes.writeUInt32BE(length, 6)
  return bytes
}

describe("encode", () => {
  it("writes magic, length in bytes and type in native order, then the payload", () => {
    const bytes = encode(4, "é")
    if (!Buffer.isBuffer(bytes)) throw new TypeError(bytes.message)
    expect(bytes.subarray(0, 6).toString()).toBe("i3-ipc")
    const words = new Uint32Array(new Uint8Array(bytes.subarray(6, HEADER_SIZE)).buffer)
    expect([...words]).toEqual([2, 4])
    expect(bytes.subarray(HEADER_SIZE).toString()).toBe("é")
  })

  it("takes a payload up to the limit, counted in bytes, and says what to do about a larger one", () => {
    expect(Buffer.isBuffer(encode(0, "x".repeat(MAX_OUTGOING_PAYLOAD)))).toBe(true)
    const refused = encode(0, "é".repeat(MAX_OUTGOING_PAYLOAD / 2 + 1))
    expect(refused).toMatchObject({
      reason: "PayloadTooLarge",
      message: expect.stringContaining(`${MAX_OUTGOING_PAYLOAD + 2} bytes`),
    })
  })
})

describe("FrameDecoder", () => {
  it("gives back any messages, however their stream is cut", () => {
    FastCheck.assert(
      FastCheck.property(messages, cuts, (all, fractions) => {
        const decoder = new FrameDecoder()
        expect(feed(decoder, split(streamOf(all), fractions))).toEqual({ messages: all, error: undefined })
        expect(decoder.isAtBoundary).toBe(true)
      }),
    )
  })

  it("gives back any messages that come byte by byte, each no later than its last byte", () => {
    FastCheck.assert(
      FastCheck.property(messages, all => {
        const decoder = new FrameDecoder()
        for (const message of all) {
          const bytes = streamOf([message])
          const chunks = [...bytes].map(byte => Buffer.of(byte))
          expect(feed(decoder, chunks.slice(0, -1)).messages).toEqual([])
          expect(decoder.isAtBoundary).toBe(false)
          expect(feed(decoder, chunks.slice(-1)).messages).toEqual([message])
          expect(decoder.isAtBoundary).toBe(true)
        }
      }),
      { numRuns: 20 },
    )
  })

  it("is at a boundary between frames, and nowhere else", () => {
    FastCheck.assert(
      FastCheck.property(messages, FastCheck.double({ min: 0, max: 1, noNaN: true }), (all, fraction) => {
        const bytes = streamOf(all)
        const end = Math.round(fraction * bytes.length)
        const ends = all.map((_, index) => streamOf(all.slice(0, index + 1)).length)
        const decoder = new FrameDecoder()
        feed(decoder, [bytes.subarray(0, end)])
        expect(decoder.isAtBoundary).toBe([0, ...ends].includes(end))
      }),
    )
  })

  it("hands out a frame inside one chunk uncopied, and one across chunks in a buffer of its own", () => {
    const bytes = encodeUnbounded(1, "payload")
    const payloads: Array<Buffer> = []
    new FrameDecoder().push(bytes, frame => void payloads.push(frame.payload))
    const decoder = new FrameDecoder()
    for (const chunk of split(bytes, [0.9])) decoder.push(chunk, frame => void payloads.push(frame.payload))
    bytes.fill("z", HEADER_SIZE)
    expect(payloads.map(String)).toEqual(["zzzzzzz", "payload"])
  })

  it("takes empty payloads, in one chunk and across a cut header", () => {
    const empty = [{ type: 2, payload: "" }]
    const bytes = streamOf([...empty, ...empty])
    expect(feed(new FrameDecoder(), [bytes]).messages).toEqual([...empty, ...empty])
    expect(feed(new FrameDecoder(), split(bytes, [0.2, 0.7])).messages).toEqual([...empty, ...empty])
  })

  it("takes empty chunks for nothing", () => {
    const decoder = new FrameDecoder()
    expect(feed(decoder, [Buffer.alloc(0)])).toEqual({ messages: [], error: undefined })
    expect(decoder.isAtBoundary).toBe(true)
  })

  it("refuses anything that does not start with the magic, at the first wrong byte, however it comes", () => {
    const wrong = FastCheck.record({
      good: messages,
      kept: FastCheck.nat({ max: 5 }),
      bytes: FastCheck.uint8Array({ minLength: 1, maxLength: 30 }),
    }).filter(({ kept, bytes }) => bytes[0] !== "i3-ipc".charCodeAt(kept))
    FastCheck.assert(
      FastCheck.property(wrong, cuts, ({ good, kept, bytes }, fractions) => {
        const garbage = Buffer.concat([Buffer.from("i3-ipc".slice(0, kept)), bytes])
        const stream = Buffer.concat([streamOf(good), garbage])
        expect(feed(new FrameDecoder(), split(stream, fractions))).toMatchObject({
          messages: good,
          error: { _tag: "FrameError", reason: "BadMagic" },
        })
      }),
    )
  })

  it("shows what came in the place of the magic", () => {
    expect(feed(new FrameDecoder(), [Buffer.from("HTTP/1.1 400 Bad Request\r\n")]).error?.message).toContain('"HTTP/1"')
    expect(feed(new FrameDecoder(), [Buffer.from("i3x")]).error?.message).toContain('"i3x"')
  })

  it("refuses a length over the limit before any of the payload has come", () => {
    const within = new FrameDecoder()
    expect(feed(within, [header(MAX_INCOMING_PAYLOAD)]).error).toBeUndefined()
    expect(within.isAtBoundary).toBe(false)
    for (const length of [MAX_INCOMING_PAYLOAD + 1, 0xffff_ffff]) {
      expect(feed(new FrameDecoder(), [header(length)]).error).toMatchObject({
        reason: "PayloadTooLarge",
        message: expect.stringContaining(String(length)),
      })
    }
    const small = new FrameDecoder(3)
    expect(feed(small, [encodeUnbounded(0, "abc"), encodeUnbounded(0, "abcd")])).toMatchObject({
      messages: [{ payload: "abc" }],
      error: { reason: "PayloadTooLarge" },
    })
  })
})
