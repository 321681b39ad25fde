/**
 * Cuts a stream into whole frames without looking into them and, if a frame lies inside one chunk, without copying it. For
 * who passes frames on; who reads them uses `FrameDecoder` (`Frame.ts`).
 *
 * Pure, without sockets and without the Effect runtime.
 */
import {
  badMagic,
  type FrameError,
  HEADER_SIZE,
  MAGIC,
  MAX_INCOMING_PAYLOAD,
  payloadTooLarge,
  readUint32,
} from "./Frame.ts"

/**
 * Called for each frame: its type, and where it lies with its header. `buffer` is the chunk itself, or a buffer of the frame's
 * own if the frame came in several chunks.
 */
export type OnFrame = (type: number, buffer: Buffer, start: number, end: number) => void

/** Byte by byte, since `compare` leaves JavaScript: for small frames it is the largest cost of all. */
const hasMagicAt = (buffer: Buffer, offset: number): boolean => {
  for (let at = 0; at < MAGIC.length; at += 1) {
    if (buffer[offset + at] !== MAGIC[at]) return false
  }
  return true
}

/** An incremental cutter: chunks may split and join frames in any way. After an error it must not be used again. */
export class FrameScanner {
  readonly #maxPayload: number
  readonly #header = Buffer.allocUnsafe(HEADER_SIZE)
  /** The bytes of the frame that is not whole yet: those of its header, or all that have come. */
  #filled = 0
  /** The frame that is not whole yet, once its length is known. */
  #frame: Buffer | undefined

  constructor(maxPayload: number = MAX_INCOMING_PAYLOAD) {
    this.#maxPayload = maxPayload
  }

  /** True between frames. */
  get isAtBoundary(): boolean {
    return this.#filled === 0
  }

  /** Calls `onFrame` for each frame that the chunk completes. Returns the error that ends the stream, if any. */
  push(chunk: Buffer, onFrame: OnFrame): FrameError | undefined {
    let offset = 0
    if (this.#filled > 0) {
      const begun = this.#continue(chunk, onFrame)
      if (typeof begun !== "number") return begun
      offset = begun
    }
    while (chunk.length - offset >= HEADER_SIZE) {
      const length = this.#lengthAt(chunk, offset)
      if (typeof length !== "number") return length
      const end = offset + HEADER_SIZE + length
      if (end > chunk.length) break
      onFrame(readUint32(chunk, offset + 10), chunk, offset, end)
      offset = end
    }
    return offset < chunk.length ? this.#begin(chunk, offset) : undefined
  }

  /** The payload's length in the header at `offset`. */
  #lengthAt(buffer: Buffer, offset: number): number | FrameError {
    if (!hasMagicAt(buffer, offset)) {
      return badMagic(buffer.subarray(offset, offset + MAGIC.length))
    }
    const length = readUint32(buffer, offset + 6)
    return length <= this.#maxPayload ? length : payloadTooLarge(length, this.#maxPayload)
  }

  /** Keeps the beginning of a frame. */
  #begin(chunk: Buffer, offset: number): FrameError | undefined {
    this.#filled = chunk.copy(this.#header, 0, offset)
    const known = Math.min(this.#filled, MAGIC.length)
    if (this.#header.compare(MAGIC, 0, known, 0, known) !== 0) return badMagic(this.#header.subarray(0, known))
    if (this.#filled < HEADER_SIZE) return undefined
    const error = this.#allocate()
    if (this.#frame !== undefined) this.#filled = chunk.copy(this.#frame, 0, offset)
    return error
  }

  /** Makes room for the frame whose header is known. */
  #allocate(): FrameError | undefined {
    const length = this.#lengthAt(this.#header, 0)
    if (typeof length !== "number") return length
    this.#frame = Buffer.allocUnsafeSlow(HEADER_SIZE + length)
    this.#header.copy(this.#frame, 0)
    return undefined
  }

  /** Goes on with the frame that has begun. Returns how many bytes of the chunk belong to it. */
  #continue(chunk: Buffer, onFrame: OnFrame): number | FrameError {
    let offset = 0
    if (this.#frame === undefined) {
      offset = chunk.copy(this.#header, this.#filled, 0)
      this.#filled += offset
      const known = Math.min(this.#filled, MAGIC.length)
      if (this.#header.compare(MAGIC, 0, known, 0, known) !== 0) return badMagic(this.#header.subarray(0, known))
      if (this.#filled < HEADER_SIZE) return offset
      const error = this.#allocate()
      if (error !== undefined) return error
    }
    const frame = this.#frame
    if (frame === undefined) return offset
    const taken = chunk.copy(frame, this.#filled, offset)
    this.#filled += taken
    if (this.#filled === frame.length) {
      this.#frame = undefined
      this.#filled = 0
      onFrame(readUint32(frame, 10), frame, 0, frame.length)
    }
    return offset + taken
  }
}
