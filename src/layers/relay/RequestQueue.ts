/** A client's requests that wait for their replies, in order. Pure. */
import { encodeUnbounded } from "../ipc/Frame.ts"
import { requestTypes } from "../ipc/Message.ts"

/**
 * A request. `Held`: not yet sent to the present compositor. `Sent`: in flight. `Answered`: the relay itself answers it; the answer
 * waits until all earlier requests have theirs.
 */
export interface Request {
  readonly type: number
  /** Length of the frame in bytes, or of the answer where that is longer. */
  readonly size: number
  /** The whole frame, if it can be sent again. A request in flight that must not be sent twice has none. */
  frame: Buffer | undefined
  state: "Held" | "Sent" | "Answered"
  answer: string | undefined
  /** When it times out while it is held, in milliseconds of a monotonic clock. */
  deadline: number
}

/** Requests that change something: they are never sent a second time. */
const once: ReadonlySet<number> = new Set([requestTypes.command, requestTypes.send_tick, requestTypes.sync])

/** True for a request that must not reach two compositors. */
export const isOnce = (type: number): boolean => once.has(type)

/** The most requests that may wait, and the most bytes of their frames. */
const MOST = 4096
const MOST_BYTES = 1024 * 1024

/** The request that a reply answers, if there is one, and what the client has to get before the reply. */
export interface Replied {
  readonly request: Request | undefined
  readonly before: ReadonlyArray<Buffer>
}

const answerFrame = ({ answer = "", type }: Request): Buffer => encodeUnbounded(type, answer)

/** The requests of one client. */
export class RequestQueue {
  #entries: Array<Request> = []
  #bytes = 0

  /** True if no more should be read from the client. */
  get isFull(): boolean {
    return this.#entries.length >= MOST || this.#bytes >= MOST_BYTES
  }

  get isEmpty(): boolean {
    return this.#entries.length === 0
  }

  /** The requests that wait for a compositor, oldest first. */
  get held(): ReadonlyArray<Request> {
    return this.#entries.filter(({ state }) => state === "Held")
  }

  /** The requests that are in flight, oldest first. */
  get sent(): ReadonlyArray<Request> {
    return this.#entries.filter(({ state }) => state === "Sent")
  }

  /** True if a request of this type waits, in any state. */
  has(type: number): boolean {
    return this.#entries.some(request => request.type === type)
  }

  push(request: Request): void {
    this.#entries.push(request)
    this.#bytes += request.size
  }

  /**
   * Takes the request that a reply of this type answers: the first in flight with that type. Those in flight before it get no reply (i3
   * ignores the types that it does not know) and are dropped; `before` are the relay's own answers to the others, as frames.
   */
  takeReplied(type: number): Replied {
    const index = this.#entries.findIndex(request => request.state === "Sent" && request.type === type)
    const request = this.#entries[index]
    if (request === undefined) return { request, before: [] }
    const before = index === 0 ? [] : this.#entries.slice(0, index).filter(({ state }) => state === "Answered")
    this.#drop(index + 1)
    return { request, before: before.map(answerFrame) }
  }

  /** Takes the relay's own answers at the head of the queue, as frames: no earlier request waits for a reply. */
  takeAnswers(): ReadonlyArray<Buffer> {
    if (this.#entries[0]?.state !== "Answered") return []
    const waiting = this.#entries.findIndex(({ state }) => state !== "Answered")
    const due = this.#entries.slice(0, waiting < 0 ? this.#entries.length : waiting)
    this.#drop(due.length)
    return due.map(answerFrame)
  }

  clear(): void {
    this.#entries = []
    this.#bytes = 0
  }

  #drop(count: number): void {
    for (const { size } of this.#entries.slice(0, count)) this.#bytes -= size
    this.#entries = count === this.#entries.length ? [] : this.#entries.slice(count)
  }
}
