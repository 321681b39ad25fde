/** A client's requests that wait for their replies, in order. Pure. */
import { requestTypes } from "../ipc/Message.ts"

/**
 * A request. `Held`: not sent to the present compositor. `Sent`: in flight. `Answered`: has an answer of the relay's own, which
 * waits until all earlier requests have theirs.
 */
export interface Request {
  readonly type: number
  /** Length of the frame in bytes. */
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

/** The requests of one client. */
export class RequestQueue {
  #entries: Array<Request> = []
  #bytes = 0

  /** The number of requests. */
  get size(): number {
    return this.#entries.length
  }

  /** The sum of their frames, in bytes. */
  get bytes(): number {
    return this.#bytes
  }

  /** The number of requests that wait for a compositor. */
  get held(): number {
    return this.#entries.reduce((count, { state }) => (state === "Held" ? count + 1 : count), 0)
  }

  /** The entries, oldest first. */
  get entries(): ReadonlyArray<Request> {
    return this.#entries
  }

  push(request: Request): void {
    this.#entries.push(request)
    this.#bytes += request.size
  }

  /**
   * Takes the request that a reply of this type answers: the first in flight with that type. Those before it get no reply (i3
   * ignores the types that it does not know) and are dropped.
   */
  takeReplied(type: number): Request | undefined {
    const index = this.#entries.findIndex(({ state, type: asked }) => state === "Sent" && asked === type)
    const request = this.#entries[index]
    if (request === undefined) return undefined
    this.#drop(index + 1)
    return request
  }

  /** Takes the answers that are due: those of the relay's own at the head of the queue. */
  takeAnswered(): ReadonlyArray<Request> {
    const waiting = this.#entries.findIndex(({ state }) => state !== "Answered")
    const due = this.#entries.slice(0, waiting < 0 ? this.#entries.length : waiting)
    if (due.length > 0) this.#drop(due.length)
    return due
  }

  clear(): void {
    this.#entries = []
    this.#bytes = 0
  }

  #drop(count: number): void {
    for (const { size } of this.#entries.slice(0, count)) this.#bytes -= size
    this.#entries = this.#entries.slice(count)
  }
}
