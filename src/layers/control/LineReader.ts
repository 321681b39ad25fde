/**
 * Cuts bytes into lines of UTF-8. Pure, and without Effect, since the CLI's fast path uses it, too.
 *
 * Written by hand, since `node:readline` has no limit for the length of a line and replaces bytes that are not UTF-8.
 */
import { isUtf8 } from "node:buffer"

/** A line, or why there is none. */
export type LineItem =
  | { readonly kind: "line"; readonly text: string }
  /** The line has more bytes than allowed. Reported once, as soon as it is known. If the caller reads on, the next line follows. */
  | { readonly kind: "tooLong" }
  | { readonly kind: "notUtf8" }

const NEWLINE = 0x0a
const CARRIAGE_RETURN = 0x0d

/** A buffer up to this size, in bytes, is kept for the next line. */
const SMALL = 4096

/** A byte order mark is kept, so that the JSON parser rejects it. */
const decode = (line: Buffer): LineItem =>
  isUtf8(line) ? { kind: "line", text: line.toString("utf8") } : { kind: "notUtf8" }

/**
 * Cuts a stream of bytes into lines of at most `maxBytes`, without their end (LF or CRLF). Empty lines are skipped. A chunk may
 * end anywhere, also inside a character. The caller takes the lines one by one; the reader holds one line and the chunks that
 * were not read yet.
 */
export class LineReader {
  readonly #maxBytes: number
  #chunk: Buffer = Buffer.alloc(0)
  /** The position in the chunk. */
  #at = 0
  /** The first `#size` bytes are the beginning of a line whose end has not come yet. */
  #held = Buffer.alloc(0)
  #size = 0
  /** The rest of a line that was too long is skipped. */
  #skipping = false
  #ended = false

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** Adds a chunk. */
  push(chunk: Buffer): void {
    this.#chunk = this.isDrained ? chunk : Buffer.concat([this.#chunk.subarray(this.#at), chunk])
    this.#at = 0
  }

  /** There are no more chunks. What is left is a line although it has no newline. */
  end(): void {
    this.#ended = true
  }

  /** True if all chunks have been read. */
  get isDrained(): boolean {
    return this.#at >= this.#chunk.length
  }

  /** The next complete line or its error; `undefined` if there is none yet. */
  next(): LineItem | undefined {
    for (;;) {
      if (this.#size === 0 && !this.#skipping) this.#skipEmpty()
      if (this.isDrained) return this.#ended ? this.#takeLast() : undefined
      const end = this.#chunk.indexOf(NEWLINE, this.#at)
      const tooLong = this.#hold(this.#chunk.subarray(this.#at, end < 0 ? undefined : end))
      this.#at = end < 0 ? this.#chunk.length : end + 1
      if (tooLong !== undefined) {
        if (end >= 0) this.#skipping = false
        return tooLong
      }
      const item = end < 0 ? undefined : this.#take()
      if (item !== undefined) return item
    }
  }

  /** Skips empty lines at the present position. */
  #skipEmpty(): void {
    const chunk = this.#chunk
    for (;;) {
      if (chunk[this.#at] === NEWLINE) this.#at += 1
      else if (chunk[this.#at] === CARRIAGE_RETURN && chunk[this.#at + 1] === NEWLINE) this.#at += 2
      else return
    }
  }

  #takeLast(): LineItem | undefined {
    this.#ended = false
    return this.#take()
  }

  /** The held bytes as a line. */
  #take(): LineItem | undefined {
    let line = this.#held.subarray(0, this.#size)
    this.#size = 0
    if (this.#skipping) {
      this.#skipping = false
      return undefined
    }
    if (line.at(-1) === CARRIAGE_RETURN) line = line.subarray(0, -1)
    if (line.length === 0) return undefined
    // `#hold` lets one byte more pass, which then was no carriage return.
    const item = line.length > this.#maxBytes ? ({ kind: "tooLong" } as const) : decode(line)
    if (this.#held.length > SMALL) this.#held = Buffer.alloc(0)
    return item
  }

  /** Adds a part to the held line. Gives the error if the line is too long now. */
  #hold(part: Buffer): LineItem | undefined {
    if (this.#skipping || part.length === 0) return undefined
    const size = this.#size + part.length
    // One byte more may be the carriage return, which `#take` removes.
    if (size > this.#maxBytes + 1) {
      this.#skipping = true
      this.#size = 0
      this.#held = Buffer.alloc(0)
      return { kind: "tooLong" }
    }
    if (size > this.#held.length) {
      // Doubled, so that the cost stays linear when a line comes byte by byte.
      const grown = Buffer.alloc(Math.max(size, 2 * this.#held.length))
      this.#held.copy(grown, 0, 0, this.#size)
      this.#held = grown
    }
    part.copy(this.#held, this.#size)
    this.#size = size
    return undefined
  }
}
