/**
 * The requests in flight on one connection, matched to replies. Synchronous, without the Effect runtime: it runs for every frame,
 * and the CLI's fast path uses it.
 */
import { wordsFor } from "../system/errno.ts"
import type { Wire } from "../system/UnixSocket.ts"
import { encode, type Frame, FrameDecoder, type FrameError } from "./Frame.ts"
import type { ConnectionFault, Outcome, RequestFault } from "./IpcFaults.ts"
import { type EventName, eventNameOf, isEventType, type RequestName, requestNames, requestTypes } from "./Message.ts"

/** Most requests in flight on one connection, including those that their callers have given up. */
export const MAX_IN_FLIGHT = 4096

/** Called synchronously for each event, in the order in which they arrive. `payload` is UTF-8 JSON, and is there until it returns. */
export type OnEvent = (event: EventName, payload: Buffer) => void

type Resume = (outcome: Outcome) => void

/** A request in flight. `resume` is missing once its caller has given up; the request stays until its reply has come. */
export interface InFlight {
  readonly request: RequestName
  readonly type: number
  /** When it was sent and when it times out, in milliseconds of a monotonic clock. */
  readonly sentAt: number
  readonly deadline: number
  resume: Resume | undefined
}

const nameOfType = (type: number) =>
  requestNames.find(name => requestTypes[name] === type)?.toUpperCase() ?? `type ${type}`

/** The state of one connection: its requests in flight and, once it has ended, the reason. */
export class Pipeline {
  readonly #path: string
  readonly #onEvent: OnEvent
  readonly #onLost: (lost: ConnectionFault) => void
  readonly #decoder = new FrameDecoder()
  /** Requests before `#head` have had their replies. */
  #inFlight: Array<InFlight> = []
  #head = 0
  #lost: ConnectionFault | undefined
  /** Set once the connection is open. */
  wire: Wire | undefined

  constructor(path: string, onEvent: OnEvent, onLost: (lost: ConnectionFault) => void) {
    this.#path = path
    this.#onEvent = onEvent
    this.#onLost = onLost
  }

  /** Sends a request. If it is refused, `resume` gets the error and the result is `undefined`. */
  send(
    request: RequestName,
    payload: string,
    { deadline, now }: { readonly now: number; readonly deadline: number },
    resume: Resume,
  ): InFlight | undefined {
    const frame = encode(requestTypes[request], payload)
    const refuse = (reason: RequestFault["reason"], message: string, cause?: unknown) => {
      resume({ ok: false, fault: { reason, request, path: this.#path, message, cause } })
      return undefined
    }
    if (this.#lost !== undefined || this.wire === undefined) {
      return refuse("ConnectionLost", this.#lost?.message ?? `${this.#path} is not connected`, this.#lost)
    }
    if (!Buffer.isBuffer(frame)) return refuse("TooLarge", frame.message, frame)
    if (this.#inFlight.length - this.#head >= MAX_IN_FLIGHT) {
      return refuse("Busy", `${this.#path} does not answer: ${MAX_IN_FLIGHT} requests are in flight already`)
    }
    const entry: InFlight = { request, type: requestTypes[request], sentAt: now, deadline, resume }
    this.#inFlight.push(entry)
    this.wire.write(frame)
    return entry
  }

  /** When the oldest request in flight was sent. */
  get waitingSince(): number | undefined {
    return this.#inFlight[this.#head]?.sentAt
  }

  /** Fails every request whose deadline has passed. Returns the earliest deadline that is left, else Infinity. */
  expire(now: number): number {
    let next = Number.POSITIVE_INFINITY
    for (const entry of this.#inFlight.slice(this.#head)) {
      if (entry.resume === undefined) continue
      if (entry.deadline > now) {
        next = Math.min(next, entry.deadline)
        continue
      }
      this.#fail(entry, "Timeout", `no reply to ${entry.request.toUpperCase()} from ${this.#path} in time`)
      entry.resume = undefined
    }
    return next
  }

  /** Handles what the peer has sent. */
  receive(chunk: Buffer): void {
    if (this.#lost !== undefined) return
    const error = this.#decoder.push(chunk, frame => this.#dispatch(frame))
    if (error !== undefined) this.#failProtocol(error.message, error)
  }

  /** The peer has closed the connection, or it broke with this errno. */
  close(code: string | undefined): void {
    const where = this.#decoder.isAtBoundary ? "" : " in the middle of a message"
    this.lose(
      code === undefined
        ? { reason: "Eof", path: this.#path, message: `the compositor closed the connection${where}` }
        : { reason: "Reset", path: this.#path, message: `the connection broke: ${wordsFor(code)}` },
    )
  }

  /** Ends the connection: fails every request in flight, and every later one. */
  lose(lost: ConnectionFault): void {
    if (this.#lost !== undefined) return
    this.#lost = lost
    const waiting = this.#inFlight.slice(this.#head)
    this.#inFlight = []
    this.#head = 0
    for (const entry of waiting) {
      this.#fail(entry, "ConnectionLost", `no reply to ${entry.request.toUpperCase()}: ${lost.message}`, lost)
    }
    this.#onLost(lost)
  }

  #dispatch(frame: Frame): void {
    if (this.#lost !== undefined) return
    if (isEventType(frame.type)) {
      const event = eventNameOf(frame.type)
      if (event !== undefined) this.#onEvent(event, frame.payload)
      return
    }
    let index = this.#head
    while (index < this.#inFlight.length && this.#inFlight[index]?.type !== frame.type) index += 1
    const entry = this.#inFlight[index]
    if (entry === undefined) {
      this.#failProtocol(`the compositor sent a reply to ${nameOfType(frame.type)}, which was not requested`)
      return
    }
    // Replies come in the order of the requests, so earlier requests were ignored: i3 sends no reply to an unknown type.
    for (let ignored = this.#head; ignored < index; ignored += 1) {
      const entry = this.#inFlight[ignored]
      if (entry !== undefined) {
        this.#fail(entry, "Unsupported", `the compositor does not know ${entry.request.toUpperCase()}`)
      }
    }
    this.#advance(index + 1)
    entry.resume?.({ ok: true, payload: frame.payload })
  }

  #advance(head: number): void {
    if (head === this.#inFlight.length) {
      this.#inFlight = []
      this.#head = 0
    } else if (head > 1024) {
      this.#inFlight = this.#inFlight.slice(head)
      this.#head = 0
    } else {
      this.#head = head
    }
  }

  #fail(entry: InFlight, reason: RequestFault["reason"], message: string, cause?: unknown): void {
    entry.resume?.({ ok: false, fault: { reason, request: entry.request, path: this.#path, message, cause } })
  }

  #failProtocol(message: string, cause?: FrameError): void {
    this.lose({ reason: "Protocol", path: this.#path, message, cause })
  }
}
