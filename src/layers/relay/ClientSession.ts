/**
 * One client of the relay: its requests and subscriptions, and what happens to them when the compositor ends and a new one starts.
 * Synchronous, without sockets and fibers, since it runs for every chunk. The clock is a parameter.
 */
import { encodeUnbounded, HEADER_SIZE, MAX_OUTGOING_PAYLOAD } from "../ipc/Frame.ts"
import { FrameScanner } from "../ipc/FrameScanner.ts"
import { EVENT_BIT, type EventName, eventTypes, isEventType, requestTypes } from "../ipc/Message.ts"
import { failedCommands, failedRequest } from "./dialect.ts"
import { FrameRun } from "./FrameRun.ts"
import { HoldRules } from "./HoldRules.ts"
import { admit } from "./intake.ts"
import { isOnce, type Request, RequestQueue } from "./RequestQueue.ts"
import { Resubscription } from "./Resubscription.ts"
import { type Message, resyncMessages } from "./resync.ts"
import type { EndReason, SessionOptions, SessionPorts, Upstream } from "./sessionTypes.ts"
import { acceptedNames, type CompositorFacts } from "./subscriptions.ts"
import { noWorkspaces, type Workspaces } from "./workspaces.ts"

/** The most bytes of requests of unknown type since the last reply. A compositor does not answer them. */
const MOST_UNKNOWN = 4 * 1024 * 1024

const SHUTDOWN = EVENT_BIT + eventTypes.shutdown
const TICK = EVENT_BIT + eventTypes.tick

const lostAnswer = "i3pm: the compositor ended before it answered, so whether this was done is not known"
const heldAnswer = "i3pm: there is no compositor, and this was not done"

/** The relay's side of one client. */
export class ClientSession {
  readonly #ports: SessionPorts
  readonly #options: SessionOptions
  readonly #queue = new RequestQueue()
  readonly #hold: HoldRules
  #subscribed: Set<EventName> = new Set()
  readonly #fromClient = new FrameScanner(MAX_OUTGOING_PAYLOAD)
  #fromCompositor = new FrameScanner()
  /** Frames on their way to the client (`down`) and to the compositor (`up`). */
  readonly #down: FrameRun
  readonly #up: FrameRun
  #upstream: Upstream | undefined
  #facts: CompositorFacts = { dialect: "sway", knowsOutput: true }
  /** Set on a new compositor's connection until the client has been told what changed. */
  #resubscription: Resubscription | undefined
  /** The workspaces that the client knows. Set from the loss of a compositor until the client is told of the next one's. */
  #before: Workspaces | undefined
  /** The compositor's own shutdown event, kept until it is passed on or there is a compositor again. */
  #shutdown: { readonly frame: Buffer; readonly at: number } | undefined
  #unknownBytes = 0
  #isPaused = false
  #hasEnded = false
  /** Frames and bytes since the client came. */
  readonly counts = { fromClient: 0, bytesFromClient: 0, toClient: 0, bytesToClient: 0, refused: 0, reconnections: 0 }

  constructor(ports: SessionPorts, options: SessionOptions) {
    this.#ports = ports
    this.#options = options
    this.#hold = new HoldRules(options.now())
    this.#down = new FrameRun(ports.toClient)
    this.#up = new FrameRun(bytes => this.#upstream?.write(bytes))
  }

  /** What the client has subscribed to. */
  get subscribed(): ReadonlySet<EventName> {
    return this.#subscribed
  }

  /** The number of requests that wait for a compositor. */
  get held(): number {
    return this.#queue.held.length
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

  /** The client sends no more. It still gets the replies that it waits for. */
  clientEnded(): void {
    this.#hasEnded = true
    this.#settle()
  }

  /** Handles what the compositor has sent. */
  fromCompositor(chunk: Buffer): void {
    this.counts.bytesToClient += chunk.length
    const error = this.#fromCompositor.push(chunk, (type, buffer, start, end) =>
      isEventType(type) ? this.#onEvent(type, buffer, start, end) : this.#onReply(type, buffer, start, end),
    )
    this.#down.flush()
    this.#settle()
    if (error !== undefined) this.#end("NotTheProtocol")
  }

  /** A compositor is there. Subscriptions are made again first; then the requests that waited are sent. */
  attach(upstream: Upstream): void {
    this.#upstream = upstream
    this.#facts = upstream
    this.#fromCompositor = new FrameScanner()
    this.#shutdown = undefined
    this.#unknownBytes = 0
    if (this.#before === undefined || this.#subscribed.size === 0) {
      this.#before = undefined
      this.#sendHeld()
      return
    }
    this.counts.reconnections += 1
    const send = ({ payload, type }: Message) => upstream.write(encodeUnbounded(type, payload))
    this.#resubscription = new Resubscription(this.#subscribed, upstream, this.#options.resync !== "none", send)
  }

  /** The compositor is gone. `known`: its last known workspaces. */
  detach(known: Workspaces): void {
    this.#upstream = undefined
    this.#resubscription = undefined
    this.#before ??= known
    const now = this.#options.now()
    for (const request of this.#queue.sent) {
      if (isOnce(request.type)) this.#fail(request, lostAnswer)
      else this.#holdBack(request, now)
    }
    this.#settle()
  }

  /** Answers requests whose time is up. Returns when it has to be called again, on the clock of `now`, or Infinity. */
  expire(): number {
    const now = this.#options.now()
    for (const request of this.#queue.held) {
      if (request.deadline > now) continue
      if (!isOnce(request.type)) {
        this.#end("NoCompositor")
        return Number.POSITIVE_INFINITY
      }
      this.#fail(request, heldAnswer)
    }
    if (this.#shutdown !== undefined && this.#shutdown.at <= now && this.#upstream === undefined) {
      this.#ports.toClient(this.#shutdown.frame)
      this.#shutdown = undefined
    }
    this.#settle()
    const deadlines = this.#queue.held.map(({ deadline }) => deadline)
    return Math.min(this.#shutdown?.at ?? Number.POSITIVE_INFINITY, ...deadlines)
  }

  #onRequest(type: number, buffer: Buffer, start: number, end: number): void {
    this.counts.fromClient += 1
    const intake = admit(this.#options.policy, this.#facts.dialect, type, buffer.subarray(start + HEADER_SIZE, end))
    switch (intake._tag) {
      case "Ignore":
        break
      case "Unknown":
        this.#passUnknown(buffer, start, end)
        break
      case "Answer":
        if (intake.refusal !== undefined) {
          this.counts.refused += 1
          this.#ports.refused(intake.refusal)
        }
        // A refusal can be longer than the request.
        this.#queue.push(entry(type, Math.max(end - start, intake.answer.length), "Answered", undefined, intake.answer))
        break
      case "Send":
        this.#send(type, intake.frame, buffer, start, end)
    }
  }

  /** `frame`: sent instead of the client's own bytes, if it is not `undefined`. */
  #send(type: number, frame: Buffer | undefined, buffer: Buffer, start: number, end: number): void {
    const isFree = this.#upstream !== undefined && this.#resubscription === undefined
    const isKept = !isFree || !isOnce(type)
    const request = entry(type, end - start, "Sent", isKept ? (frame ?? copyOf(buffer, start, end)) : undefined)
    if (!isFree) this.#holdBack(request, this.#options.now())
    else if (frame === undefined) this.#up.add(buffer, start, end)
    else this.#up.add(frame, 0, frame.length)
    this.#queue.push(request)
  }

  /** Passes a request of unknown type on: a newer compositor may know it, others ignore it. */
  #passUnknown(buffer: Buffer, start: number, end: number): void {
    if (this.#upstream === undefined) return
    this.#unknownBytes += end - start
    if (this.#unknownBytes > MOST_UNKNOWN) this.#end("TooMuchUnanswered")
    else this.#up.add(buffer, start, end)
  }

  #onReply(type: number, buffer: Buffer, start: number, end: number): void {
    const payload = buffer.subarray(start + HEADER_SIZE, end)
    if (this.#resubscription !== undefined) {
      this.#onOwnReply(this.#resubscription, type, payload)
      return
    }
    this.#unknownBytes = 0
    const request = this.#queue.takeReplied(type)
    if (type === requestTypes.subscribe && request?.frame !== undefined) {
      const asked = request.frame.subarray(HEADER_SIZE)
      for (const event of acceptedNames(asked, payload, this.#facts)) this.#subscribed.add(event)
    }
    this.#pass(buffer, start, end)
    this.#sendAnswers()
  }

  #onEvent(type: number, buffer: Buffer, start: number, end: number): void {
    if (type === SHUTDOWN) this.#onShutdown(buffer, start, end)
    else if (type !== TICK || this.#resubscription?.isFirstTick() !== true) this.#pass(buffer, start, end)
  }

  #onShutdown(buffer: Buffer, start: number, end: number): void {
    // i3 sends the same event before it restarts in place.
    const isExit = !buffer.subarray(start, end).includes('"restart"')
    if (this.#options.hideShutdown || !isExit) return
    this.#shutdown = { frame: copyOf(buffer, start, end), at: this.#options.now() + this.#options.patience }
  }

  #pass(buffer: Buffer, start: number, end: number): void {
    this.counts.toClient += 1
    this.#down.add(buffer, start, end)
  }

  #onOwnReply(resubscription: Resubscription, type: number, reply: Buffer): void {
    const done = resubscription.onReply(type, reply)
    if (done === undefined) return
    this.#subscribed = new Set(done.accepted)
    this.#down.flush()
    const messages = resyncMessages({
      mode: this.#options.resync,
      dialect: this.#facts.dialect,
      subscribed: this.#subscribed,
      before: this.#before ?? noWorkspaces,
      state: done.state,
    })
    for (const { payload, type: event } of messages) this.#ports.toClient(encodeUnbounded(event, payload))
    this.#resubscription = undefined
    this.#before = undefined
    this.#sendHeld()
  }

  #sendHeld(): void {
    for (const request of this.#queue.held) {
      if (request.frame === undefined) continue
      request.state = "Sent"
      this.#upstream?.write(request.frame)
      if (isOnce(request.type)) request.frame = undefined
    }
  }

  #holdBack(request: Request, now: number): void {
    const { subscribe } = requestTypes
    const wantsEvents = this.#subscribed.size > 0 || request.type === subscribe || this.#queue.has(subscribe)
    request.state = "Held"
    request.deadline = this.#hold.deadline(request.type, now, wantsEvents)
  }

  #fail(request: Request, error: string): void {
    const { dialect } = this.#facts
    request.state = "Answered"
    request.frame = undefined
    request.answer =
      request.type === requestTypes.command ? failedCommands(dialect, 1, error) : failedRequest(dialect, error)
  }

  #sendAnswers(): void {
    for (const frame of this.#queue.takeAnswers()) {
      this.#down.flush()
      this.#ports.toClient(frame)
    }
  }

  /** After every input: sends answers that are due, and stops reading from a client with too many open requests. */
  #settle(): void {
    this.#sendAnswers()
    if (this.#queue.isFull !== this.#isPaused) {
      this.#isPaused = this.#queue.isFull
      this.#ports.pause(this.#isPaused)
    }
    if (this.#hasEnded && this.#queue.isEmpty) this.#end("Done")
  }

  #end(reason: EndReason): void {
    this.#queue.clear()
    this.#ports.end(reason)
  }
}

const entry = (
  type: number,
  size: number,
  state: Request["state"],
  frame: Buffer | undefined,
  answer?: string,
): Request => ({ type, size, state, frame, answer, deadline: Number.POSITIVE_INFINITY })

/** A copy of the bytes. A view would keep the whole chunk in memory. */
const copyOf = (buffer: Buffer, start: number, end: number): Buffer => Buffer.from(buffer.subarray(start, end))
