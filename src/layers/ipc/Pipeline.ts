/** Who waits for which reply on one connection. Synchronous and free of fibers: it runs once a frame. */
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type { Wire } from "../system/UnixSocket.ts"
import { encode, type Frame, FrameDecoder, type FrameError } from "./Frame.ts"
import { ConnectionLost, RequestError } from "./IpcErrors.ts"
import { type EventName, eventNameOf, isEventType, type RequestName, requestNames, requestTypes } from "./Message.ts"

/** Most requests that may wait for a reply on one connection, those given up by their callers included. */
export const MAX_PENDING = 4096

/** Where events go; called synchronously in the order of the wire. */
export type OnEvent = (event: EventName, payload: Buffer) => void

type Resume = (result: Effect.Effect<Buffer, RequestError>) => void

/** A request on the wire. Without `resume` its caller has gone; it keeps its place until its reply has come. */
export interface Pending {
  readonly request: RequestName
  readonly type: number
  /** When it was sent, and when its wait ends, in milliseconds of a monotonic clock. */
  readonly sentAt: number
  readonly deadline: number
  resume: Resume | undefined
}

const nameOfType = (type: number) =>
  requestNames.find(name => requestTypes[name] === type)?.toUpperCase() ?? `type ${type}`

/** The state of one connection, apart from its wire: who waits for what, and why nobody can any more. */
export class Pipeline {
  readonly #path: string
  readonly #onEvent: OnEvent
  readonly #onLost: (lost: ConnectionLost) => void
  readonly #decoder = new FrameDecoder()
  #pending: Array<Pending> = []
  #head = 0
  #lost: ConnectionLost | undefined
  wire: Wire | undefined

  constructor(path: string, onEvent: OnEvent, onLost: (lost: ConnectionLost) => void) {
    this.#path = path
    this.#onEvent = onEvent
    this.#onLost = onLost
  }

  /** Writes a request and gives it a place in the queue; `undefined` when it was refused, which `resume` was told. */
  send(
    request: RequestName,
    payload: string,
    { deadline, now }: { readonly now: number; readonly deadline: number },
    resume: Resume,
  ): Pending | undefined {
    const frame = encode(requestTypes[request], payload)
    const refuse = (reason: RequestError["reason"], message: string, cause?: unknown) => {
      resume(Effect.fail(new RequestError({ reason, request, path: this.#path, message, cause })))
      return undefined
    }
    if (this.#lost !== undefined || this.wire === undefined) {
      return refuse("ConnectionLost", this.#lost?.message ?? `${this.#path} is not connected`, this.#lost)
    }
    if (Either.isLeft(frame)) return refuse("TooLarge", frame.left.message, frame.left)
    if (this.#pending.length - this.#head >= MAX_PENDING) {
      return refuse("Busy", `${MAX_PENDING} requests wait for ${this.#path} already: it does not answer`)
    }
    const entry: Pending = { request, type: requestTypes[request], sentAt: now, deadline, resume }
    this.#pending.push(entry)
    this.wire.write(frame.right)
    return entry
  }

  /** When the oldest request without a reply was sent. */
  get waitingSince(): number | undefined {
    return this.#pending[this.#head]?.sentAt
  }

  /** Ends the wait of every request whose deadline has come; returns the earliest deadline left, else Infinity. */
  expire(now: number): number {
    let next = Number.POSITIVE_INFINITY
    for (const entry of this.#pending.slice(this.#head)) {
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

  receive(chunk: Buffer): void {
    if (this.#lost !== undefined) return
    const error = this.#decoder.push(chunk, frame => this.#dispatch(frame))
    if (error !== undefined) this.#failProtocol(error.message, error)
  }

  close(code: string | undefined): void {
    const where = this.#decoder.isAtBoundary ? "" : " in the middle of a message"
    this.lose(
      code === undefined
        ? new ConnectionLost({
            reason: "Eof",
            path: this.#path,
            message: `the compositor closed the connection${where}`,
          })
        : new ConnectionLost({ reason: "Reset", path: this.#path, message: `the connection broke: ${code}` }),
    )
  }

  lose(lost: ConnectionLost): void {
    if (this.#lost !== undefined) return
    this.#lost = lost
    const waiting = this.#pending.slice(this.#head)
    this.#pending = []
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
    while (index < this.#pending.length && this.#pending[index]?.type !== frame.type) index += 1
    const entry = this.#pending[index]
    if (entry === undefined) {
      this.#failProtocol(`a reply to ${nameOfType(frame.type)} came that nobody asked for`)
      return
    }
    // Replies keep the order of requests, so those before this one were ignored: i3 is silent on types it does not know.
    for (let ignored = this.#head; ignored < index; ignored += 1) {
      const entry = this.#pending[ignored]
      if (entry !== undefined) {
        this.#fail(entry, "Unsupported", `the compositor does not know ${entry.request.toUpperCase()}`)
      }
    }
    this.#advance(index + 1)
    entry.resume?.(Effect.succeed(frame.payload))
  }

  #advance(head: number): void {
    if (head === this.#pending.length) {
      this.#pending = []
      this.#head = 0
    } else if (head > 1024) {
      this.#pending = this.#pending.slice(head)
      this.#head = 0
    } else {
      this.#head = head
    }
  }

  #fail(entry: Pending, reason: RequestError["reason"], message: string, cause?: unknown): void {
    entry.resume?.(Effect.fail(new RequestError({ reason, request: entry.request, path: this.#path, message, cause })))
  }

  #failProtocol(message: string, cause?: FrameError): void {
    this.lose(new ConnectionLost({ reason: "Protocol", path: this.#path, message, cause }))
  }
}
