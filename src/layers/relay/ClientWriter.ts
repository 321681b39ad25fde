/** What goes to one client's socket: written at once, or kept in order while the client is behind. Synchronous. */
import type { Socket } from "node:net"
import { ClientBacklog } from "./ClientBacklog.ts"

/** The way to one client. */
export class ClientWriter {
  readonly #socket: Socket
  /** What waits behind the write in flight. */
  readonly #backlog = new ClientBacklog()
  /** True if the socket is to be ended once all that waits is sent. */
  #isEnding = false

  constructor(socket: Socket) {
    this.#socket = socket
    socket.on("close", () => this.#backlog.clear())
  }

  /** The bytes that wait now. */
  get buffered(): number {
    return this.#socket.writableLength + this.#backlog.length
  }

  /**
   * The bytes that wait behind the write in flight. That one may be a single reply larger than any limit, to a client that reads at once:
   * it takes a few turns of the event loop. None for a socket that is destroyed: they are freed in the next turn.
   */
  get behind(): number {
    return this.#socket.destroyed ? 0 : this.#backlog.length
  }

  /** True if the system has not taken all of the bytes yet: then they must not change. */
  write(bytes: Buffer): boolean {
    if (this.buffered > 0) {
      // A copy, since few bytes that wait would keep the whole buffer that they were read into.
      this.#backlog.add(bytes)
      return false
    }
    this.#socket.write(bytes, this.#onWritten)
    return this.buffered > 0
  }

  /** Sends what waits, and closes the connection then. */
  end(): void {
    this.#isEnding = true
    if (this.#backlog.length === 0) this.#endSocket()
  }

  /** After a write: sends the oldest bytes that wait, or ends the socket if it is to be. */
  readonly #onWritten = (cause?: Error | null): void => {
    if (cause || this.#socket.writableLength > 0) return
    const next = this.#backlog.take()
    if (next === undefined) {
      if (this.#isEnding) this.#endSocket()
      return
    }
    this.#socket.write(next.bytes, failed => {
      next.done()
      this.#onWritten(failed)
    })
  }

  #endSocket(): void {
    this.#isEnding = false
    this.#socket.end(() => this.#socket.destroy())
  }
}
