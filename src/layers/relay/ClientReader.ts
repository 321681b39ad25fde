/** When a client's socket is read: not while its session wants no more, nor while other clients have their turn. Synchronous. */
import type { Socket } from "node:net"

/** The reading side of one client. */
export class ClientReader {
  readonly #socket: Socket
  #isPaused = false
  #isResting = false

  constructor(socket: Socket) {
    this.#socket = socket
  }

  /** While true, nothing is read. */
  pause(isPaused: boolean): void {
    this.#isPaused = isPaused
    this.#apply()
  }

  /**
   * Reads on in the next turn of the event loop. Called where a request costs time: the system gives a client that never stops dozens of
   * chunks in one turn, and all other clients would wait for seconds.
   */
  rest(): void {
    if (this.#isResting) return
    this.#isResting = true
    this.#apply()
    setImmediate(() => {
      this.#isResting = false
      this.#apply()
    })
  }

  #apply(): void {
    if (this.#isPaused || this.#isResting) this.#socket.pause()
    else this.#socket.resume()
  }
}
