/**
 * The requests of one client of the relay: each is sent to the compositor, waits for one, or is answered by the relay, in order.
 * Synchronous.
 */
import { HEADER_SIZE } from "../ipc/Frame.ts"
import { requestTypes } from "../ipc/Message.ts"
import { copyOf } from "./copyOf.ts"
import { type Dialect, failedCommands, failedRequest } from "./dialect.ts"
import { FrameRun } from "./FrameRun.ts"
import { HoldRules } from "./HoldRules.ts"
import { isOnce, type Request, RequestQueue } from "./RequestQueue.ts"
import type { Upstream } from "./sessionTypes.ts"

/** The most bytes of requests of unknown type since the last reply. A compositor does not answer them. */
const MOST_UNKNOWN = 4 * 1024 * 1024

const lostAnswer = "i3pm: the compositor ended before it answered, so whether this was done is not known"
const heldAnswer = "i3pm: there is no compositor, and this was not done"

const entry = (
  type: number,
  size: number,
  state: Request["state"],
  frame: Buffer | undefined,
  answer?: string,
): Request => ({ type, size, state, frame, answer, deadline: Number.POSITIVE_INFINITY })

/** All open requests of one client. */
export class ClientRequests {
  readonly #queue = new RequestQueue()
  readonly #hold: HoldRules
  /** The compositor, once it may get the client's requests. */
  #upstream: Upstream | undefined
  readonly #run = new FrameRun(bytes => this.#upstream?.write(bytes))
  #unknownBytes = 0

  /** `since`: when the client came, in milliseconds of a monotonic clock. */
  constructor(since: number) {
    this.#hold = new HoldRules(since)
  }

  /** True while requests go to a compositor at once. */
  get isOpen(): boolean {
    return this.#upstream !== undefined
  }

  /** The number of requests that wait for a compositor. */
  get held(): number {
    return this.#queue.held.length
  }

  /** True if no more should be read from the client. */
  get isFull(): boolean {
    return this.#queue.isFull
  }

  get isEmpty(): boolean {
    return this.#queue.isEmpty
  }

  /** When the next request that waits times out, on the clock of `expire`; Infinity for never. */
  get deadline(): number {
    return Math.min(Number.POSITIVE_INFINITY, ...this.#queue.held.map(({ deadline }) => deadline))
  }

  /** Sends requests to this compositor from now on, first those that waited. */
  open(upstream: Upstream): void {
    this.#upstream = upstream
    this.#unknownBytes = 0
    for (const request of this.#queue.held) {
      if (request.frame === undefined) continue
      request.state = "Sent"
      upstream.write(request.frame)
      if (isOnce(request.type)) request.frame = undefined
    }
  }

  /** The compositor is gone: what was in flight fails if it must not be done twice, else it waits. */
  lose(now: number, isSubscriber: boolean, dialect: Dialect): void {
    this.#upstream = undefined
    for (const request of this.#queue.sent) {
      if (isOnce(request.type)) this.#fail(request, lostAnswer, dialect)
      else this.#holdBack(request, now, isSubscriber)
    }
  }

  /** A request for the compositor. `frame`: sent instead of the client's own bytes, if it is not `undefined`. */
  send(
    type: number,
    frame: Buffer | undefined,
    from: { readonly buffer: Buffer; readonly start: number; readonly end: number },
    now: number,
    isSubscriber: boolean,
  ): void {
    const { buffer, end, start } = from
    const isFree = this.#upstream !== undefined
    const isKept = !isFree || !isOnce(type)
    const request = entry(type, end - start, "Sent", isKept ? (frame ?? copyOf(buffer, start, end)) : undefined)
    if (!isFree) this.#holdBack(request, now, isSubscriber)
    else if (frame === undefined) this.#run.add(buffer, start, end)
    else this.#run.add(frame, 0, frame.length)
    this.#queue.push(request)
  }

  /** A request of unknown type: a newer compositor may know it, others ignore it. False if there were too many. */
  sendUnknown(buffer: Buffer, start: number, end: number): boolean {
    if (this.#upstream === undefined) return true
    this.#unknownBytes += end - start
    if (this.#unknownBytes > MOST_UNKNOWN) return false
    this.#run.add(buffer, start, end)
    return true
  }

  /** A request that the relay answers, in its turn. */
  answer(type: number, size: number, text: string): void {
    // A refusal can be longer than the request.
    this.#queue.push(entry(type, Math.max(size, text.length), "Answered", undefined, text))
  }

  /** Writes what was sent since the last call. */
  flush(): void {
    this.#run.flush()
  }

  /** Takes the request that a reply answers. Returns its payload, if it was kept, and the relay's own answers that come before the reply. */
  takeReplied(type: number): { readonly asked: Buffer | undefined; readonly before: ReadonlyArray<Buffer> } {
    this.#unknownBytes = 0
    const { before, request } = this.#queue.takeReplied(type)
    return { asked: request?.frame?.subarray(HEADER_SIZE), before }
  }

  /** Takes the relay's own answers that are due, as frames. */
  takeAnswers(): ReadonlyArray<Buffer> {
    return this.#queue.takeAnswers()
  }

  /** Fails requests that have waited too long. False if one of them is a query: then the client's connection has to end. */
  expire(now: number, dialect: Dialect): boolean {
    for (const request of this.#queue.held) {
      if (request.deadline > now) continue
      if (!isOnce(request.type)) return false
      this.#fail(request, heldAnswer, dialect)
    }
    return true
  }

  clear(): void {
    this.#queue.clear()
  }

  #holdBack(request: Request, now: number, isSubscriber: boolean): void {
    const { subscribe } = requestTypes
    const isKnown = isSubscriber || this.#queue.has(subscribe)
    const wantsEvents = isKnown || request.type === subscribe
    request.state = "Held"
    request.deadline = this.#hold.deadline(request.type, now, wantsEvents)
    if (isKnown || !wantsEvents) return
    // A bar may ask something before it subscribes, as yambar does: that waits as long.
    for (const earlier of this.#queue.held) if (!isOnce(earlier.type)) earlier.deadline = Number.POSITIVE_INFINITY
  }

  #fail(request: Request, error: string, dialect: Dialect): void {
    request.state = "Answered"
    request.frame = undefined
    request.answer =
      request.type === requestTypes.command ? failedCommands(dialect, 1, error) : failedRequest(dialect, error)
  }
}
