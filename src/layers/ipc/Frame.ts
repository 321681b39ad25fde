/**
 * The wire format of the i3 IPC: `i3-ipc`, payload length and message type as native-endian uint32, then the payload (i3 IPC
 * reference, "Sending messages to i3"; sway's `ipc-server.c`).
 *
 * Pure, without sockets and without the Effect runtime: this is the hot path of every connection, and the CLI's fast path uses it.
 */
import { endianness } from "node:os"
import { bytesOf } from "../system/rawText.ts"

/**
 * Bytes of magic, length and type, in front of each payload.
 *
 * @example
 * import { encode, HEADER_SIZE, requestTypes } from "i3pm/ipc"
 *
 * const frame = encode(requestTypes.command, "nop")
 * if (Buffer.isBuffer(frame)) console.log(frame.subarray(HEADER_SIZE).toString()) // nop
 */
export const HEADER_SIZE = 14

/**
 * Largest payload that is accepted, in bytes: 64 MiB (67,108,864). A tree of a hundred thousand windows fits; most garbage lengths do not.
 *
 * @example
 * import { FrameDecoder, MAX_INCOMING_PAYLOAD } from "i3pm/ipc"
 *
 * // For a peer that is trusted less than a compositor.
 * const decoder = new FrameDecoder(MAX_INCOMING_PAYLOAD / 64)
 */
export const MAX_INCOMING_PAYLOAD = 64 * 1024 * 1024

/**
 * Largest payload that is sent, in bytes: sway 1.7 hangs on one that does not fit its receive queue (212,000 worked, 300,000
 * hung).
 *
 * @example
 * import { MAX_OUTGOING_PAYLOAD } from "i3pm/ipc"
 *
 * const isSendable = (command: string) => Buffer.byteLength(command) <= MAX_OUTGOING_PAYLOAD
 */
export const MAX_OUTGOING_PAYLOAD = 200_000

/** A message. Its payload is JSON or, in a COMMAND, text. */
export interface Frame {
  /** The type field: a request's number, or an event's with {@link EVENT_BIT}. */
  readonly type: number
  /** A view of the received chunk, or a buffer of its own for a frame that spans chunks. */
  readonly payload: Buffer
}

/**
 * Bytes that are not a frame, or a frame over the limit.
 *
 * - `BadMagic`: they do not start with `i3-ipc`. The peer speaks another protocol, or a frame was cut.
 * - `PayloadTooLarge`: the payload is over the limit of its direction.
 */
export interface FrameError {
  readonly _tag: "FrameError"
  readonly reason: "BadMagic" | "PayloadTooLarge"
  readonly message: string
}

const frameError = (reason: FrameError["reason"], message: string): FrameError => ({
  _tag: "FrameError",
  reason,
  message,
})

/** The first bytes of each frame. */
export const MAGIC: Buffer = Buffer.from("i3-ipc")
const littleEndian = endianness() === "LE"

/** A number of the header, in this machine's byte order. */
export const readUint32 = (buffer: Buffer, offset: number): number =>
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

/**
 * Encodes a frame of any size, as a compositor may send it.
 *
 * @example
 * import { EVENT_BIT, encodeUnbounded, eventTypes } from "i3pm/ipc"
 *
 * const event = encodeUnbounded(EVENT_BIT + eventTypes.mode, JSON.stringify({ change: "resize", pango_markup: false }))
 */
export const encodeUnbounded = (type: number, payload: string): Buffer => {
  if (!payload.isWellFormed()) return encodeBytes(type, bytesOf(payload))
  const length = Buffer.byteLength(payload)
  const frame = Buffer.allocUnsafe(HEADER_SIZE + length)
  writeHeader(frame, type, length)
  frame.write(payload, HEADER_SIZE, "utf8")
  return frame
}

/**
 * Encodes a request. Over {@link MAX_OUTGOING_PAYLOAD} it returns an error, and throws none. A half of a surrogate pair from U+DC80 to
 * U+DCFF in the text becomes the one byte 80 to FF, so that bytes which are not UTF-8 can be sent.
 *
 * @example
 * import { connect } from "node:net"
 * import { encode, requestTypes } from "i3pm/ipc"
 *
 * const frame = encode(requestTypes.command, "workspace 2")
 * if (Buffer.isBuffer(frame)) connect(process.env["SWAYSOCK"] ?? "").write(frame)
 * else console.error(frame.message)
 */
export const encode = (type: number, payload: string): Buffer | FrameError => {
  const length = payload.isWellFormed() ? Buffer.byteLength(payload) : bytesOf(payload).length
  return length > MAX_OUTGOING_PAYLOAD
    ? frameError(
        "PayloadTooLarge",
        `the request has ${length} bytes; a compositor reads at most ${MAX_OUTGOING_PAYLOAD}: split it into several`,
      )
    : encodeUnbounded(type, payload)
}

/** The error for bytes that do not start a frame. */
export const badMagic = (bytes: Buffer): FrameError =>
  frameError("BadMagic", `expected a frame that starts with "i3-ipc", got ${JSON.stringify(bytes.toString("latin1"))}`)

/** The error for a payload that the header announces and that is over the limit, both in bytes. */
export const payloadTooLarge = (length: number, limit: number): FrameError =>
  frameError("PayloadTooLarge", `the peer announced a payload of ${length} bytes; the limit is ${limit}`)

/** True if the magic is at this offset. `Buffer.compare` takes several times as long for so few bytes. */
const hasMagic = (bytes: Buffer, at: number) => {
  for (let index = 0; index < MAGIC.length; index += 1) if (bytes[at + index] !== MAGIC[index]) return false
  return true
}

/**
 * An incremental decoder: chunks may split and join frames in any way. After an error it must not be used again.
 *
 * A frame inside one chunk is a view of it, and one that spans chunks is gathered in a buffer of its exact size. So each byte of
 * a payload is copied at most once.
 *
 * @example
 * import { encode, FrameDecoder, requestTypes } from "i3pm/ipc"
 *
 * const decoder = new FrameDecoder()
 * const frame = encode(requestTypes.get_tree, "")
 * if (Buffer.isBuffer(frame)) decoder.push(frame, ({ payload, type }) => console.log(type, payload.toString()))
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

  /** True between frames. An end-of-file is a clean close then, and cuts a frame otherwise. */
  get isAtBoundary(): boolean {
    return this.#headerFilled === 0 && this.#payload === undefined
  }

  /** Decodes a chunk and calls `onFrame` for each frame that it completes. Returns the error that ends the stream, if any. */
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
      if (!hasMagic(header, at)) {
        return badMagic(header.subarray(at, at + MAGIC.length))
      }
      const length = readUint32(header, at + 6)
      if (length > this.#maxPayload) {
        return payloadTooLarge(length, this.#maxPayload)
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
