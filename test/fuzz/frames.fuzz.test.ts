/** Mutated traffic of real compositors: the reader of frames and the cutter of frames agree, and neither throws. */
import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import { encodeUnbounded, FrameDecoder, type FrameError, HEADER_SIZE } from "../../src/layers/ipc/Frame.ts"
import { FrameScanner } from "../../src/layers/ipc/FrameScanner.ts"
import { EVENT_BIT, eventNames, eventTypes, requestNames, requestTypes } from "../../src/layers/ipc/Message.ts"
import { fixturesOf } from "../support/fixtures.ts"
import { numRuns } from "./runs.ts"

const recorded: ReadonlyArray<Buffer> = [
  ...fixturesOf("sway-1.7", "", requestNames).map(({ json, name }) =>
    encodeUnbounded(requestTypes[name], JSON.stringify(json)),
  ),
  ...fixturesOf("sway-1.7", "event-", eventNames).map(({ json, name }) =>
    encodeUnbounded(EVENT_BIT + eventTypes[name], JSON.stringify(json)),
  ),
]

/** A change of one place: a byte is set, bytes go, or bytes come. The place is a share of the stream. */
const mutation = FastCheck.record({
  at: FastCheck.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  removed: FastCheck.nat({ max: 3 }),
  inserted: FastCheck.uint8Array({ maxLength: 3 }),
})

const traffic = FastCheck.record({
  frames: FastCheck.array(FastCheck.nat({ max: recorded.length - 1 }), { minLength: 1, maxLength: 5 }),
  mutations: FastCheck.array(mutation, { maxLength: 4 }),
  cuts: FastCheck.array(FastCheck.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 }),
})

type Traffic = typeof traffic extends FastCheck.Arbitrary<infer A> ? A : never

/** Always tried. A counterexample that is found comes here, shrunk. */
const kept: ReadonlyArray<[Traffic]> = [
  [{ frames: [0], mutations: [{ at: 0, removed: 1, inserted: new Uint8Array() }], cuts: [] }],
  [{ frames: [0, 1], mutations: [{ at: 0.5, removed: 0, inserted: new Uint8Array([0]) }], cuts: [0.5] }],
]

const streamOf = ({ frames, mutations }: Traffic): Buffer =>
  mutations.reduce(
    (bytes, { at, inserted, removed }) => {
      const place = Math.floor(at * bytes.length)
      return Buffer.concat([bytes.subarray(0, place), inserted, bytes.subarray(place + removed)])
    },
    Buffer.concat(frames.map(index => recorded[index] ?? Buffer.alloc(0))),
  )

const chunksOf = (bytes: Buffer, cuts: ReadonlyArray<number>): ReadonlyArray<Buffer> => {
  const offsets = cuts.map(cut => Math.round(cut * bytes.length)).sort((a, b) => a - b)
  return [...offsets, bytes.length].map((offset, index) => Buffer.from(bytes.subarray(offsets[index - 1] ?? 0, offset)))
}

interface Read {
  readonly frames: ReadonlyArray<string>
  readonly reason: FrameError["reason"] | undefined
}

const read = (
  chunks: ReadonlyArray<Buffer>,
  push: (chunk: Buffer, say: (frame: string) => void) => FrameError | undefined,
): Read => {
  const frames: Array<string> = []
  for (const chunk of chunks) {
    const error = push(chunk, frame => void frames.push(frame))
    if (error !== undefined) return { frames, reason: error.reason }
  }
  return { frames, reason: undefined }
}

const decode = (chunks: ReadonlyArray<Buffer>): Read => {
  const decoder = new FrameDecoder()
  return read(chunks, (chunk, say) =>
    decoder.push(chunk, ({ payload, type }) => say(`${type} ${payload.toString("hex")}`)),
  )
}

const scan = (chunks: ReadonlyArray<Buffer>): Read => {
  const scanner = new FrameScanner()
  return read(chunks, (chunk, say) =>
    scanner.push(chunk, (type, buffer, start, end) =>
      say(`${type} ${buffer.toString("hex", start + HEADER_SIZE, end)}`),
    ),
  )
}

describe("mutated traffic", () => {
  it("is the same frames and the same error for both readers, however it is cut", () => {
    FastCheck.assert(
      FastCheck.property(traffic, given => {
        const stream = streamOf(given)
        const whole = decode([stream])
        const chunks = chunksOf(stream, given.cuts)
        assert.deepStrictEqual(decode(chunks), whole)
        assert.deepStrictEqual(scan(chunks), whole)
      }),
      { numRuns, examples: [...kept] },
    )
  })
})
