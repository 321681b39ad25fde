/**
 * One client of the relay: what it has asked and subscribed to, and what becomes of that when the compositor goes and comes.
 * Synchronous, without sockets and fibers: it runs for every chunk, and its clock is given.
 */
import { encodeUnbounded, HEADER_SIZE, MAX_OUTGOING_PAYLOAD } from "../ipc/Frame.ts"
import { FrameScanner } from "../ipc/FrameScanner.ts"
import { EVENT_BIT, type EventName, eventTypes, isEventType, requestTypes } from "../ipc/Message.ts"
import { type Dialect, failedCommands, failedRequest, refusedSubscription } from "./dialect.ts"
import { FrameRun } from "./FrameRun.ts"
import { HoldRules } from "./HoldRules.ts"
import type { Policy } from "./policy/Policy.ts"
import { isOnce, type Request, RequestQueue } from "./RequestQueue.ts"
import { type Message, type ResyncMode, resyncMessages, StateReader } from "./resync.ts"
import { acceptedNames, wouldCrashSway } from "./subscriptions.ts"
import { noWorkspaces, type Workspaces } from "./workspaces.ts"

/** A connection to a compositor that has proven itself by a reply. */
export interface Upstream {
  /** Takes whole frames. */
  readonly write: (bytes: Uint8Array) => void
  readonly dialect: Dialect
  /** False for a sway before 1.9, which refuses a subscription to `output`. */
  readonly knowsOutput: boolean
}

/** Why the relay ends a client's connection. */
export type EndReason = "Done" | "NoCompositor" | "NotTheProtocol" | "TooMuchUnanswered"

/** What a session does to the world. */
export interface SessionPorts {
  /** Takes whole frames. */
  readonly toClient: (bytes: Buffer) => void
  /** Ends the connection after what was written. */
  readonly end: (reason: EndReason) => void
  /** While true, nothing is read from the client. */
  readonly pause: (isPaused: boolean) => void
  readonly refused: (why: string) => void
}

/** How a session behaves. */
export interface SessionOptions {
  /** Absent: everything is let through. */
  readonly policy: Policy | undefined
  readonly resync: ResyncMode
  /** Never pass on `shutdown`. */
  readonly hideShutdown: boolean
  /** Milliseconds without a compositor after which `shutdown` is passed on, where it is. */
  readonly patience: number
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number
}

/** Most requests that may wait, and the sum of their frames in bytes. Beyond, the client is not read. */
const MOST_WAITING = 4096
const MOST_WAITING_BYTES = 1024 * 1024

/** Most bytes of requests of unknown type behind the last reply. A compositor that reads them never says so. */
const MOST_UNKNOWN_BYTES = 4 * 1024 * 1024

const knownTypes: ReadonlySet<number> = new Set(Object.values(requestTypes))
const SHUTDOWN = EVENT_BIT + eventTypes.shutdown
const TICK = EVENT_BIT + eventTypes.tick

/** A request of the relay's own: the reply is not for the client. `event`: the name that it subscribes to. */
interface OwnRequest {
  readonly type: number
  readonly event: EventName | undefined
}

const lostAnswer = "the compositor ended before it answered, so whether this was done is not known"
const heldAnswer = "there is no compositor, and this was not done"

/** The relay's side of one client. */
export class ClientSession {
  readonly #ports: SessionPorts
  readonly #options: SessionOptions
  readonly #queue = new RequestQueue()
  readonly #hold: HoldRules
  readonly #subscribed = new Set<EventName>()
  readonly #fromClient = new FrameScanner(MAX_OUTGOING_PAYLOAD)
  readonly #down: FrameRun
  readonly #up: FrameRun
  #fromCompositor = new FrameScanner()
  #upstream: Upstream | undefined
  #dialect: Dialect = "sway"
  #knowsOutput = true
  #unknownBytes = 0
  #isPaused = false
  #hasEnded = false
  /** The workspaces that the client was told of, from the loss of a compositor until it is told of the next one's. */
  #before: Workspaces | undefined
  #own: Array<OwnRequest> = []
  #reader: StateReader | undefined
  #swallowsTick = false
  /** The compositor's own shutdown event, kept until it is passed on or there is a compositor again. */
  #shutdown: { readonly frame: Buffer; readonly at: number } | undefined
  /** Frames and bytes, since the client came. */
  readonly counts = { fromClient: 0, bytesFromClient: 0, toClient: 0, bytesToClient: 0, refused: 0, reconnections: 0 }

  constructor(ports: SessionPorts, options: SessionOptions) {
    this.#ports = ports
    this.#options = options
    this.#hold = new HoldRules(options.now())
    this.#down = new FrameRun(bytes => ports.toClient(bytes))
    this.#up = new FrameRun(bytes => this.#upstream?.write(bytes))
  }

  /** What the client has subscribed to. */
  get subscribed(): ReadonlySet<EventName> {
    return this.#subscribed
  }

  /** The number of requests that wait for a compositor. */
  get held(): number {
    return this.#queue.held
  }

  get isAttached(): boolean {
    return this.#upstream !== undefined
  }

  /** Handles what the client has sent. */
  fromClient(chunk: Buffer): void {
    this.counts.bytesFromClient += chunk.length
    const error = this.#fromClient.push(chunk, (type, buffer, start, end) => this.#onRequest(type, buffer, start, end))
    this.#up.flush()
    this.#settle()
    if (error !== undefined) this.#end("NotTheProtocol")
  }

  /** The client sends no more. It gets what it waits for. */
  clientEnded(): void {
    this.#hasEnded = true
    this.#settle()
  }

  /** Handles what the compositor has sent. */
  fromCompositor(chunk: Buffer): void {
    this.counts.bytesToClient += chunk.length
    const error = this.#fromCompositor.push(chunk, (type, buffer, start, end) =>
      this.#onReply(type, buffer, start, end),
    )
    this.#down.flush()
    this.#settle()
    if (error !== undefined) this.#end("NotTheProtocol")
  }

  /** There is a compositor. Subscriptions are made again first, then what has waited is sent. */
  attach(upstream: Upstream): void {
    this.#upstream = upstream
    this.#dialect = upstream.dialect
    this.#knowsOutput = upstream.knowsOutput
    this.#fromCompositor = new FrameScanner()
    this.#shutdown = undefined
    this.#unknownBytes = 0
    if (this.#before === undefined || this.#subscribed.size === 0) {
      this.#before = undefined
      return this.#sendHeld()
    }
    this.counts.reconnections += 1
    this.#swallowsTick = this.#subscribed.has("tick")
    for (const event of this.#subscribed) {
      this.#ask({ type: requestTypes.subscribe, payload: JSON.stringify([event]) }, event)
    }
    this.#reader = new StateReader(this.#options.resync === "none" ? new Set() : new Set(this.#subscribed))
    for (const message of this.#reader.start()) this.#ask(message)
  }

  /** The compositor is gone. `known`: its workspaces as they were last. */
  detach(known: Workspaces): void {
    this.#upstream = undefined
    this.#before ??= known
    this.#own = []
    this.#reader = undefined
    this.#swallowsTick = false
    const now = this.#options.now()
    for (const request of this.#queue.entries) {
      if (request.state !== "Sent") continue
      if (isOnce(request.type)) this.#fail(request, lostAnswer)
      else this.#holdBack(request, now)
    }
    this.#settle()
  }

  /** Does what is due. Returns when it has to be called again, or Infinity. */
  expire(): number {
    const now = this.#options.now()
    let next = Number.POSITIVE_INFINITY
    for (const request of this.#queue.entries) {
      if (request.state !== "Held" || request.deadline > now) continue
      if (!isOnce(request.type)) {
        this.#end("NoCompositor")
        return Number.POSITIVE_INFINITY
      }
      this.#fail(request, heldAnswer)
    }
    const shutdown = this.#shutdown
    if (shutdown !== undefined && shutdown.at <= now && this.#upstream === undefined) {
      this.#shutdown = undefined
      this.#ports.toClient(shutdown.frame)
    }
    this.#settle()
    for (const { deadline, state } of this.#queue.entries) if (state === "Held") next = Math.min(next, deadline)
    return Math.min(next, this.#shutdown?.at ?? next)
  }

  #onRequest(type: number, buffer: Buffer, start: number, end: number): void {
    this.counts.fromClient += 1
    const payload = () => buffer.subarray(start + HEADER_SIZE, end)
    const verdict = this.#options.policy?.judge(type, payload(), this.#dialect)
    if (verdict?._tag === "Ignore") return
    const size = end - start
    if (verdict?._tag === "Refuse") {
      this.counts.refused += 1
      this.#ports.refused(verdict.why)
      return this.#queue.push(answered(type, size, verdict.answer))
    }
    if (!knownTypes.has(type)) return this.#passUnknown(buffer, start, end)
    if (type === requestTypes.subscribe && wouldCrashSway(payload())) {
      return this.#queue.push(answered(type, size, refusedSubscription(this.#dialect)))
    }
    const frame = verdict?._tag === "Rewrite" ? encodeUnbounded(type, verdict.payload) : undefined
    const isFree = this.#upstream !== undefined && this.#reader === undefined
    if (!isFree) {
      const request: Request = { type, size, frame: frame ?? copyOf(buffer, start, end), ...unheld }
      this.#holdBack(request, this.#options.now())
      return this.#queue.push(request)
    }
    const kept = isOnce(type) ? undefined : (frame ?? copyOf(buffer, start, end))
    this.#queue.push({ type, size, frame: kept, ...unheld, state: "Sent" })
    if (frame === undefined) this.#up.add(buffer, start, end)
    else this.#up.add(frame, 0, frame.length)
  }

  /** Compositors ignore the types that they do not know, and a newer one may know more than we do. */
  #passUnknown(buffer: Buffer, start: number, end: number): void {
    if (this.#upstream === undefined) return
    this.#unknownBytes += end - start
    if (this.#unknownBytes > MOST_UNKNOWN_BYTES) this.#end("TooMuchUnanswered")
    else this.#up.add(buffer, start, end)
  }

  #onReply(type: number, buffer: Buffer, start: number, end: number): void {
    if (isEventType(type)) return this.#onEvent(type, buffer, start, end)
    const payload = () => buffer.subarray(start + HEADER_SIZE, end)
    if (this.#own.length > 0) return this.#onOwnReply(type, payload())
    this.#unknownBytes = 0
    const request = this.#queue.takeReplied(type)
    if (type === requestTypes.subscribe && request?.frame !== undefined) {
      const asked = request.frame.subarray(HEADER_SIZE)
      const facts = { dialect: this.#dialect, knowsOutput: this.#knowsOutput }
      for (const event of acceptedNames(asked, payload(), facts)) this.#subscribed.add(event)
    }
    this.#pass(buffer, start, end)
    this.#sendAnswers()
  }

  #onEvent(type: number, buffer: Buffer, start: number, end: number): void {
    if (type === SHUTDOWN) {
      // i3 announces a restart in place by the same event.
      const isExit = !buffer.subarray(start, end).includes('"restart"')
      if (!this.#options.hideShutdown && isExit) {
        this.#shutdown = { frame: copyOf(buffer, start, end), at: this.#options.now() + this.#options.patience }
      }
      return
    }
    if (type === TICK && this.#swallowsTick) {
      this.#swallowsTick = false
      return
    }
    this.#pass(buffer, start, end)
  }

  #pass(buffer: Buffer, start: number, end: number): void {
    this.counts.toClient += 1
    this.#down.add(buffer, start, end)
  }

  /** Replies come in the order of the requests; those before this one were ignored. */
  #onOwnReply(type: number, reply: Buffer): void {
    const index = this.#own.findIndex(request => request.type === type)
    const own = this.#own[index]
    if (own === undefined) return
    this.#own = this.#own.slice(index + 1)
    if (own.event !== undefined) {
      const asked = Buffer.from(JSON.stringify([own.event]))
      const facts = { dialect: this.#dialect, knowsOutput: this.#knowsOutput }
      if (acceptedNames(asked, reply, facts).length === 0) this.#subscribed.delete(own.event)
      return
    }
    const step = this.#reader?.onReply(type, reply)
    if (step === undefined) return
    if ("ask" in step) {
      for (const message of step.ask) this.#ask(message)
      return
    }
    this.#down.flush()
    const messages = resyncMessages({
      mode: this.#options.resync,
      dialect: this.#dialect,
      subscribed: this.#subscribed,
      before: this.#before ?? noWorkspaces,
      state: step.state,
    })
    for (const { payload, type: event } of messages) this.#ports.toClient(encodeUnbounded(event, payload))
    this.#reader = undefined
    this.#before = undefined
    this.#swallowsTick = false
    this.#sendHeld()
  }

  #ask({ payload, type }: Message, event?: EventName): void {
    this.#own.push({ type, event })
    this.#upstream?.write(encodeUnbounded(type, payload))
  }

  #sendHeld(): void {
    for (const request of this.#queue.entries) {
      if (request.state !== "Held" || request.frame === undefined) continue
      request.state = "Sent"
      request.deadline = Number.POSITIVE_INFINITY
      this.#upstream?.write(request.frame)
      if (isOnce(request.type)) request.frame = undefined
    }
  }

  #holdBack(request: Request, now: number): void {
    request.state = "Held"
    const wantsEvents =
      this.#subscribed.size > 0 ||
      request.type === requestTypes.subscribe ||
      this.#queue.entries.some(({ type }) => type === requestTypes.subscribe)
    request.deadline = this.#hold.deadline(request.type, now, wantsEvents)
  }

  #fail(request: Request, why: string): void {
    request.state = "Answered"
    request.frame = undefined
    const error = `i3pm: ${why}`
    request.answer =
      request.type === requestTypes.command
        ? failedCommands(this.#dialect, 1, error)
        : failedRequest(this.#dialect, error)
  }

  #sendAnswers(): void {
    for (const { answer = "", type } of this.#queue.takeAnswered()) {
      this.#down.flush()
      this.#ports.toClient(encodeUnbounded(type, answer))
    }
  }

  /** After every input: sends what is due, and keeps the queue bounded. */
  #settle(): void {
    this.#sendAnswers()
    const isFull = this.#queue.size >= MOST_WAITING || this.#queue.bytes >= MOST_WAITING_BYTES
    if (isFull !== this.#isPaused) {
      this.#isPaused = isFull
      this.#ports.pause(isFull)
    }
    if (this.#hasEnded && this.#queue.size === 0) this.#end("Done")
  }

  #end(reason: EndReason): void {
    this.#queue.clear()
    this.#ports.end(reason)
  }
}

const unheld = { state: "Held", answer: undefined, deadline: Number.POSITIVE_INFINITY } as const

const answered = (type: number, size: number, answer: string): Request => ({
  type,
  size,
  frame: undefined,
  state: "Answered",
  answer,
  deadline: Number.POSITIVE_INFINITY,
})

/** A buffer of its own: a view would keep the whole chunk. */
const copyOf = (buffer: Buffer, start: number, end: number): Buffer => Buffer.from(buffer.subarray(start, end))
