/** Joins frames that are next to each other in a buffer, to send them with one write. Synchronous. */

/** Frames that follow one another in one buffer. */
export class FrameRun {
  #buffer: Buffer | undefined
  #start = 0
  #end = 0

  /** `write` gets whole frames only. */
  constructor(readonly write: (bytes: Buffer) => void) {}

  /** Adds a frame. Earlier frames are written first, unless they end where this one begins. */
  add(buffer: Buffer, start: number, end: number): void {
    if (buffer === this.#buffer && start === this.#end) {
      this.#end = end
      return
    }
    this.flush()
    this.#buffer = buffer
    this.#start = start
    this.#end = end
  }

  /** Writes the added frames. */
  flush(): void {
    const buffer = this.#buffer
    this.#buffer = undefined
    if (buffer !== undefined) this.write(buffer.subarray(this.#start, this.#end))
  }
}
