/**
 * The wire format of the i3 IPC: `i3-ipc`, payload length and message type as native-endian uint32, payload.
 *
 * Pure: bytes in, frames out. Nothing here knows a socket or an Effect runtime; it is the hot path of every connection.
 * Format from the i3 IPC reference ("Sending messages to i3") and sway's `ipc-server.c`.
 */

import { endianness } from "node:os"
import * as Data from "effect/Data"
import * as Either from "effect/Either"
import { bytesOf } from "../system/rawText.ts"

/** Length of `i3-ipc` + length + type, in bytes. */
export const HEADER_SIZE = 14

/** Largest payload accepted from a peer, in bytes: a tree of a hundred thousand windows fits; a garbage length does not. */
export const MAX_INCOMING_PAYLOAD = 64 * 1024 * 1024

/** Largest payload sent, in bytes. sway 1.7 never reads a request that does not fit its receive queue (212,000 worked, 300,000 hung). */
export const MAX_OUTGOING_PAYLOAD = 200_000

/** A message as it was on the wire. The payload is UTF-8 JSON or, in a COMMAND, text. */
export interface Frame {
  /** The type field: a request's number, or an event's with {@link EVENT_BIT}. */
  readonly type: number
  /** A view into the received bytes, or a buffer of its own where a frame came in pieces. */
  readonly payload: Buffer
}

/**
 * Bytes that are no i3 IPC frame, or a frame over the limit.
 *
 * - `BadMagic`: the stream does not start with `i3-ipc`; the peer speaks something else or is out of step.
 * - `PayloadTooLarge`: the length is over the limit of its direction.
 */
export class FrameError extends Data.TaggedError("FrameError")<{
  readonly reason: "BadMagic" | "PayloadTooLarge"
  readonly message: string
}> {}

const MAGIC = Buffer.from("i3-ipc")
const littleEndian = endianness() === "LE"

const readUint32 = (buffer: Buffer, offset: number) =>
  littleEndian ? buffer.readUInt32LE(offset) : buffer.readUInt32BE(offset)

const writeUint32 = (buffer: Buffer, value: number, offset: number) =>
  littleEndian ? buffer.writeUInt32LE(value, offset) : buffer.writeUInt32BE(value, offset)

const writeHeader = (target: Buffer, type: number, length: number) => {
  MAGIC.copy(target, 0)
  writeUint32(target, length, 6)
  writeUint32(target, type, 10)
}

const encodeBytes = (type: number, payload: Buffer): Buffer => {
  const header = Buffer.allocUnsafe(HEADER_SIZE)
  writeHeader(header, type, payload.length)
  return Buffer.concat([header, payload])
}

/** A whole frame without a limit on its size: what a compositor sends. */
export const encodeUnbounded = (type: number, payload: string): Buffer => {
  if (!payload.isWellFormed()) return encodeBytes(type, bytesOf(payload))
  const length = Buffer.byteLength(payload)
  const frame = Buffer.allocUnsafe(HEADER_SIZE + length)
  writeHeader(frame, type, length)
  frame.write(payload, HEADER_SIZE, "utf8")
  return frame
}

/**
 * A whole request frame with the bytes that the payload stands for (`system/rawText.ts`), or `PayloadTooLarge` for more than
 * {@link MAX_OUTGOING_PAYLOAD} of them.
 */
export const encode = (type: number, payload: string): Either.Either<Buffer, FrameError> => {
  const length = payload.isWellFormed() ? Buffer.byteLength(payload) : bytesOf(payload).length
  return length > MAX_OUTGOING_PAYLOAD
    ? Either.left(
        new FrameError({
          reason: "PayloadTooLarge",
          message: `the request has ${length} bytes; a compositor reads at most ${MAX_OUTGOING_PAYLOAD}: split it into several`,
        }),
      )
    : Either.right(encodeUnbounded(type, payload))
}

const badMagic = (bytes: Buffer) =>
  new FrameError({
    reason: "BadMagic",
    message: `expected a frame that starts with "i3-ipc", got ${JSON.stringify(bytes.toString("latin1"))}`,
  })

/**
 * An incremental decoder: `push` any split or concatenation of frames, get each whole frame once, in order.
 *
 * A frame inside one chunk is handed out as a view of it, uncopied; one that spans chunks is gathered in a buffer of
 * exactly its size, so that each payload byte is copied at most once. After an error the decoder must not be used again.
 */
export class FrameDecoder {
  readonly #maxPayload: number
  readonly #header = Buffer.allocUnsafe(HEADER_SIZE)
  #headerFilled = 0
  #payload: Buffer | undefined
  #payloadFilled = 0
  #type = 0

  constructor(maxPayload: number = MAX_INCOMING_PAYLOAD) {
    this.#maxPayload = maxPayload
  }

  /** True between frames: end-of-file here is a clean close, elsewhere a truncated frame. */
  get isAtBoundary(): boolean {
    return this.#headerFilled === 0 && this.#payload === undefined
  }

  /** Feeds one chunk; calls `onFrame` for each frame it completes; returns the error that ends the stream, if there is one. */
  push(chunk: Buffer, onFrame: (frame: Frame) => void): FrameError | undefined {
    let offset = 0
    while (offset < chunk.length) {
      if (this.#payload !== undefined) {
        offset += this.#gather(this.#payload, chunk, offset, onFrame)
        continue
      }
      const whole = this.#headerFilled === 0 && chunk.length - offset >= HEADER_SIZE
      const header = whole ? chunk : this.#header
      const at = whole ? offset : 0
      if (whole) {
        offset += HEADER_SIZE
      } else {
        const taken = Math.min(HEADER_SIZE - this.#headerFilled, chunk.length - offset)
        chunk.copy(this.#header, this.#headerFilled, offset, offset + taken)
        this.#headerFilled += taken
        offset += taken
        const known = Math.min(this.#headerFilled, MAGIC.length)
        if (this.#header.compare(MAGIC, 0, known, 0, known) !== 0) return badMagic(this.#header.subarray(0, known))
        if (this.#headerFilled < HEADER_SIZE) return undefined
        this.#headerFilled = 0
      }
      if (header.compare(MAGIC, 0, MAGIC.length, at, at + MAGIC.length) !== 0) {
        return badMagic(header.subarray(at, at + MAGIC.length))
      }
      const length = readUint32(header, at + 6)
      if (length > this.#maxPayload) {
        return new FrameError({
          reason: "PayloadTooLarge",
          message: `the peer announced a payload of ${length} bytes; the limit is ${this.#maxPayload}`,
        })
      }
      const type = readUint32(header, at + 10)
      if (chunk.length - offset >= length) {
        onFrame({ type, payload: chunk.subarray(offset, offset + length) })
        offset += length
      } else {
        this.#type = type
        this.#payload = Buffer.allocUnsafeSlow(length)
        this.#payloadFilled = 0
      }
    }
    return undefined
  }

  #gather(payload: Buffer, chunk: Buffer, offset: number, onFrame: (frame: Frame) => void): number {
    const taken = chunk.copy(payload, this.#payloadFilled, offset)
    this.#payloadFilled += taken
    if (this.#payloadFilled === payload.length) {
      this.#payload = undefined
      onFrame({ type: this.#type, payload })
    }
    return taken
  }
}
