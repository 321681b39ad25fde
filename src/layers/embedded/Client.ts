/** One connection of the embedded compositor, with the faults that change what is read and written. */
import type { Socket } from "node:net"
import { encodeUnbounded, type Frame, FrameDecoder } from "../ipc/Frame.ts"
import type { EventName } from "../ipc/Message.ts"

/** A client with more unread bytes than this is dropped, as by sway when its buffer would exceed 4 MB (`ipc-server.c`). */
const MAX_UNREAD = 2 * 1024 * 1024

/** Largest payload of a request, in bytes. sway 1.7 reads it at once, so it has to fit the socket's receive queue. */
const MAX_REQUEST = 212_000

/** Once so many requests wait for their replies, no more are read. */
const MAX_WAITING = 256

/** Bytes that are not a frame, nor the start of one. */
const GARBAGE = Buffer.from("\u0000\u0001\u0002 this is no i3 IPC frame \u00ff\u00fe\u00fd", "latin1")

/** The faults in force, shared by all clients of a compositor. */
export interface Conditions {
  hung: boolean
  /** Delay of each reply, in milliseconds. */
  slow: number
  /** Size of each write, in bytes; infinite when nothing is split. */
  split: number
  refuseSubscriptions: boolean
  /** A fault of the next reply to any client. */
  next: "garbage" | "truncate" | undefined
}

/** No faults. */
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
  /** Answers a request. */
  readonly answer: (client: Client, frame: Frame) => void
  /** Runs `then` after so many milliseconds, or earlier when timers are flushed. */
  readonly delay: (milliseconds: number, then: () => void) => void
  /** The connection is gone; called once. */
  readonly gone: (client: Client) => void
}

/** A connection. Replies and events keep their order under every fault. */
export class Client {
  /** The events it gets. */
  readonly subscriptions = new Set<EventName>()
  readonly #socket: Socket
  readonly #host: Host
  readonly #decoder = new FrameDecoder(MAX_REQUEST)
  #requests: Array<Frame> = []
  #delayed = false
  /** After a request that was too large, all input is discarded. */
  #discarding = false
  /** What has not been written yet, because of a hang or a split. */
  #held: Array<Buffer> = []
  #heldBytes = 0
  #draining = false

  constructor(socket: Socket, host: Host) {
    this.#socket = socket
    this.#host = host
    socket.on("data", chunk => this.#receive(chunk))
    // Some clients leave with a reset; `close` follows.
    socket.on("error", () => {})
    socket.on("close", () => {
      this.#forget()
      host.gone(this)
    })
    if (host.conditions.hung) socket.pause()
  }

  /** Stops reading. */
  pause(): void {
    this.#socket.pause()
  }

  /** Reads again, answers the requests that wait, and sends what was held back. */
  resume(): void {
    this.#socket.resume()
    this.#drain()
    this.#pump()
  }

  /** Closes the connection at once; what was not written is lost. */
  destroy(): void {
    this.#forget()
    this.#socket.destroy()
  }

  /** Sends an encoded frame. Does nothing when the connection is closed. */
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

  /** Sends a reply, or what a fault puts in its place. */
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
    if (this.#discarding) return
    const error = this.#decoder.push(chunk, frame => this.#requests.push(frame))
    this.#pump()
    if (error?.reason === "BadMagic") this.destroy()
    // sway 1.7 waits for ever for a payload that does not fit its queue. Reading goes on, to notice when the client leaves.
    else if (error !== undefined) this.#discarding = true
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
        // The kernel joins writes that were not read in between. After two turns a reader in this process has read.
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
