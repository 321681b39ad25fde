/** One client of the embedded compositor: its bytes in and out, with the faults that are about bytes. */
import type { Socket } from "node:net"
import { encodeUnbounded, type Frame, FrameDecoder } from "../ipc/Frame.ts"
import type { EventName } from "../ipc/Message.ts"

/** A client with more unread bytes than this is dropped: where sway's write buffer would grow past 4 MB (`ipc-server.c`). */
const MAX_UNREAD = 2 * 1024 * 1024

/** Largest request that is answered, in bytes: a socket's receive queue, from which sway 1.7 reads a payload at once. */
const MAX_REQUEST = 212_000

/** Requests that wait for their delayed replies before no more are read. */
const MAX_WAITING = 256

/** Not a frame, nor the start of one. */
const GARBAGE = Buffer.from("\u0000\u0001\u0002 this is no i3 IPC frame \u00ff\u00fe\u00fd", "latin1")

/** The faults in force: one object that all clients of a compositor read. */
export interface Conditions {
  hung: boolean
  /** Delay of each reply, in milliseconds. */
  slow: number
  /** Size of the pieces that leave, in bytes; infinite when nothing is split. */
  split: number
  refuseSubscriptions: boolean
  /** What becomes of the next reply, whoever gets it. */
  next: "garbage" | "truncate" | undefined
}

/** No fault at all. */
export const normalConditions = (): Conditions => ({
  hung: false,
  slow: 0,
  split: Number.POSITIVE_INFINITY,
  refuseSubscriptions: false,
  next: undefined,
})

/** What a client needs of its compositor. */
export interface Host {
  readonly conditions: Conditions
  /** Answers one request, now. */
  readonly answer: (client: Client, frame: Frame) => void
  /** Runs `then` after so many milliseconds, or earlier when delays are called off. */
  readonly delay: (milliseconds: number, then: () => void) => void
  /** The connection is gone; called once. */
  readonly gone: (client: Client) => void
}

/** A connection. Its requests are answered in order, and what it is sent leaves in order, whatever the faults. */
export class Client {
  /** The events it gets. */
  readonly subscriptions = new Set<EventName>()
  readonly #socket: Socket
  readonly #host: Host
  readonly #decoder = new FrameDecoder(MAX_REQUEST)
  #requests: Array<Frame> = []
  #delayed = false
  #deaf = false
  /** What has not been given to the socket yet, because of a hang or a split. */
  #held: Array<Buffer> = []
  #heldBytes = 0
  #draining = false

  constructor(socket: Socket, host: Host) {
    this.#socket = socket
    this.#host = host
    socket.on("data", chunk => this.#receive(chunk))
    // A reset is how some clients leave; `close` follows and says all there is to know.
    socket.on("error", () => {})
    socket.on("close", () => {
      this.#forget()
      host.gone(this)
    })
    if (host.conditions.hung) socket.pause()
  }

  /** Reads no more. */
  pause(): void {
    this.#socket.pause()
  }

  /** Reads again, answers what was asked before, sends what was held back. */
  resume(): void {
    this.#socket.resume()
    this.#drain()
    this.#pump()
  }

  /** Closes the connection at once; what was not sent is lost. */
  destroy(): void {
    this.#forget()
    this.#socket.destroy()
  }

  /** Sends an encoded frame. Nothing happens when the connection is gone. */
  send(frame: Buffer): void {
    if (!this.#socket.writable) return
    if (this.#socket.writableLength + this.#heldBytes + frame.length > MAX_UNREAD) {
      this.destroy()
      return
    }
    this.#held.push(frame)
    this.#heldBytes += frame.length
    if (!this.#draining) this.#drain()
  }

  /** Sends a reply, or what a fault has in its place. */
  reply(type: number, json: unknown): void {
    if (!this.#socket.writable) return
    const frame = encodeUnbounded(type, JSON.stringify(json))
    const { conditions } = this.#host
    const fault = conditions.next
    conditions.next = undefined
    if (fault !== "truncate") {
      this.send(fault === "garbage" ? GARBAGE : frame)
      return
    }
    this.#socket.write(Buffer.concat([...this.#held, frame.subarray(0, frame.length >> 1)]))
    this.#forget()
    this.#socket.destroySoon()
  }

  #receive(chunk: Buffer): void {
    if (this.#deaf) return
    const error = this.#decoder.push(chunk, frame => this.#requests.push(frame))
    this.#pump()
    if (error?.reason === "BadMagic") this.destroy()
    // sway 1.7 waits for ever for a payload that does not fit its queue. Reading on shows when the client leaves.
    else if (error !== undefined) this.#deaf = true
  }

  #pump(): void {
    const { conditions, delay } = this.#host
    while (!this.#delayed && !conditions.hung && this.#socket.writable && this.#requests.length > 0) {
      if (conditions.slow > 0) {
        this.#delayed = true
        delay(conditions.slow, () => {
          this.#delayed = false
          if (!conditions.hung) this.#answerNext()
          this.#pump()
        })
      } else {
        this.#answerNext()
      }
    }
    if (conditions.hung || this.#requests.length > MAX_WAITING) this.#socket.pause()
    else this.#socket.resume()
  }

  #answerNext(): void {
    const frame = this.#requests.shift()
    if (frame !== undefined) this.#host.answer(this, frame)
  }

  #drain(): void {
    const { conditions } = this.#host
    this.#draining = false
    if (conditions.hung) return
    while (this.#held.length > 0) {
      const [head = Buffer.alloc(0)] = this.#held
      const piece = head.subarray(0, conditions.split)
      this.#heldBytes -= piece.length
      if (piece.length === head.length) this.#held.shift()
      else this.#held[0] = head.subarray(piece.length)
      this.#socket.write(piece)
      if (conditions.split !== Number.POSITIVE_INFINITY) {
        // The kernel hands over as one what nobody has read in between. The second turn is the first in which a reader
        // of this process is sure to have been polled.
        this.#draining = true
        setImmediate(() => setImmediate(() => this.#drain()))
        return
      }
    }
  }

  #forget(): void {
    this.#requests = []
    this.#held = []
    this.#heldBytes = 0
  }
}
