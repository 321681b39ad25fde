/** What goes to a client, counted. Synchronous. */
import { FrameRun } from "./FrameRun.ts"

/** The frames on their way to one client. */
export class ClientOutput {
  readonly #run: FrameRun
  readonly #write: (bytes: Buffer) => void
  frames = 0
  bytes = 0

  /** `write` gets whole frames only. */
  constructor(write: (bytes: Buffer) => void) {
    this.#write = bytes => {
      this.bytes += bytes.length
      write(bytes)
    }
    this.#run = new FrameRun(this.#write)
  }

  /** Passes a frame of the compositor on, at the latest with the next `flush`. */
  pass(buffer: Buffer, start: number, end: number): void {
    this.frames += 1
    this.#run.add(buffer, start, end)
  }

  /** Sends frames of the relay's own, after all that were passed on. */
  send(frames: Buffer, count = 1): void {
    this.flush()
    this.frames += count
    this.#write(frames)
  }

  flush(): void {
    this.#run.flush()
  }
}
