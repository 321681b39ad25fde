/** Joins frames that lie side by side, so that they leave in one write. Synchronous. */

/** A run of frames in one buffer. */
export class FrameRun {
  #buffer: Buffer | undefined
  #start = 0
  #end = 0

  /** `write` gets whole frames only. */
  constructor(readonly write: (bytes: Buffer) => void) {}

  /** Adds a frame, after writing what does not lie right before it. */
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

  /** Writes what was added. */
  flush(): void {
    const buffer = this.#buffer
    this.#buffer = undefined
    if (buffer !== undefined) this.write(buffer.subarray(this.#start, this.#end))
  }
}
