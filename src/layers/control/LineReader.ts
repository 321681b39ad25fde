/** Bytes in, lines out: newline-delimited UTF-8. Pure, and free of Effect: the CLI's fast path uses it too. */

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
 * Cuts a stream of bytes into lines of at most `maxBytes` (without their end, which is LF or CRLF). Empty lines are no
 * lines. A chunk may end anywhere, inside a character too; no more than one line is ever held.
 */
export class LineReader {
  readonly #maxBytes: number
  readonly #onItem: (item: LineItem) => void
  // A byte order mark is no part of JSON: it stays, for the parser to complain about.
  readonly #decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })
  #held = Buffer.alloc(0)
  #size = 0
  #skipping = false

  constructor(maxBytes: number, onItem: (item: LineItem) => void) {
    this.#maxBytes = maxBytes
    this.#onItem = onItem
  }

  /** Takes the next chunk; calls `onItem` for every line that it completes. */
  push(chunk: Buffer): void {
    let start = 0
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, start)) {
      this.#hold(chunk.subarray(start, at))
      this.end()
      start = at + 1
    }
    this.#hold(chunk.subarray(start))
  }

  /** There is no more: what is held is a line, though it has no newline. */
  end(): void {
    let line = this.#held.subarray(0, this.#size)
    this.#size = 0
    if (this.#skipping) {
      this.#skipping = false
      return
    }
    if (line.at(-1) === CARRIAGE_RETURN) line = line.subarray(0, -1)
    if (line.length > this.#maxBytes) this.#onItem({ kind: "tooLong" })
    else if (line.length > 0) this.#onItem(this.#decode(line))
    if (this.#held.length > SMALL) this.#held = Buffer.alloc(0)
  }

  #decode(line: Buffer): LineItem {
    try {
      return { kind: "line", text: this.#decoder.decode(line) }
    } catch {
      return { kind: "notUtf8" }
    }
  }

  #hold(part: Buffer): void {
    if (this.#skipping || part.length === 0) return
    const size = this.#size + part.length
    // One more than allowed may be the carriage return.
    if (size > this.#maxBytes + 1) {
      this.#skipping = true
      this.#size = 0
      this.#held = Buffer.alloc(0)
      this.#onItem({ kind: "tooLong" })
      return
    }
    if (size > this.#held.length) {
      // Doubled, so that a line that comes byte by byte costs no square of its length.
      const grown = Buffer.alloc(Math.max(size, 2 * this.#held.length))
      this.#held.copy(grown, 0, 0, this.#size)
      this.#held = grown
    }
    part.copy(this.#held, this.#size)
    this.#size = size
  }
}
