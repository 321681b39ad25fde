/**
 * Bytes in, lines out: newline-delimited UTF-8. Pure, and free of Effect: the CLI's fast path uses it too.
 *
 * Hand-written: node:readline has no limit for a line, and replaces bytes that are not UTF-8 without an error.
 */

/** A line, or what is wrong with it. */
export type LineItem =
  | { readonly kind: "line"; readonly text: string }
  /** The line has more bytes than allowed; told once, as soon as it is known. Its rest is skipped. */
  | { readonly kind: "tooLong" }
  | { readonly kind: "notUtf8" }

const NEWLINE = 0x0a
const CARRIAGE_RETURN = 0x0d

/** A buffer of this many bytes is kept for the next line. */
const SMALL = 4096

/**
 * Cuts a stream of bytes into lines of at most `maxBytes` (without their end, which is LF or CRLF). Empty lines are skipped. A
 * chunk may end anywhere, inside a character too. Lines are taken one by one, so that whoever takes them decides how many at
 * a time; held are the chunks that have not been read to their end, and one line at most.
 */
export class LineReader {
  readonly #maxBytes: number
  // A byte order mark is no part of JSON: it stays, for the parser to complain about.
  readonly #decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })
  #chunk: Buffer = Buffer.alloc(0)
  #at = 0
  #held = Buffer.alloc(0)
  #size = 0
  #skipping = false
  #ended = false

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** Takes the next chunk. */
  push(chunk: Buffer): void {
    this.#chunk = this.isDrained ? chunk : Buffer.concat([this.#chunk.subarray(this.#at), chunk])
    this.#at = 0
  }

  /** There is no more: what is held is a line, though it has no newline. */
  end(): void {
    this.#ended = true
  }

  /** True when all chunks have been read to their end. */
  get isDrained(): boolean {
    return this.#at >= this.#chunk.length
  }

  /** The next line that is whole, or what is wrong with it; `undefined` until more comes. */
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

  /** Empty lines at the place that is read, many of them at once. */
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

  /** What is held, as a line. */
  #take(): LineItem | undefined {
    let line = this.#held.subarray(0, this.#size)
    this.#size = 0
    if (this.#skipping) {
      this.#skipping = false
      return undefined
    }
    if (line.at(-1) === CARRIAGE_RETURN) line = line.subarray(0, -1)
    if (line.length === 0) return undefined
    const item = line.length > this.#maxBytes ? ({ kind: "tooLong" } as const) : this.#decode(line)
    if (this.#held.length > SMALL) this.#held = Buffer.alloc(0)
    return item
  }

  #decode(line: Buffer): LineItem {
    try {
      return { kind: "line", text: this.#decoder.decode(line) }
    } catch {
      return { kind: "notUtf8" }
    }
  }

  /** Adds a part to the line that is held; gives the error where it has become too long by it. */
  #hold(part: Buffer): LineItem | undefined {
    if (this.#skipping || part.length === 0) return undefined
    const size = this.#size + part.length
    // One more than allowed may be the carriage return.
    if (size > this.#maxBytes + 1) {
      this.#skipping = true
      this.#size = 0
      this.#held = Buffer.alloc(0)
      return { kind: "tooLong" }
    }
    if (size > this.#held.length) {
      // Doubled, so that a line that comes byte by byte costs no square of its length.
      const grown = Buffer.alloc(Math.max(size, 2 * this.#held.length))
      this.#held.copy(grown, 0, 0, this.#size)
      this.#held = grown
    }
    part.copy(this.#held, this.#size)
    this.#size = size
    return undefined
  }
}
