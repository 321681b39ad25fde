/**
 * One client of the relay: what it sends and what is sent to it, and how both go on when the compositor ends and a new one starts.
 * Synchronous, without sockets and fibers, since it runs for every chunk. The clock is a parameter.
 */
import { HEADER_SIZE, MAX_OUTGOING_PAYLOAD } from "../ipc/Frame.ts"
import { FrameScanner } from "../ipc/FrameScanner.ts"
import { EVENT_BIT, type EventName, eventTypes, isEventType, requestTypes } from "../ipc/Message.ts"
import { ClientOutput } from "./ClientOutput.ts"
import { ClientRequests } from "./ClientRequests.ts"
import { ClientSubscriptions } from "./ClientSubscriptions.ts"
import { admit } from "./intake.ts"
import { ShutdownNotice } from "./ShutdownNotice.ts"
import type { ClientCounts, EndReason, SessionOptions, SessionPorts, Upstream } from "./sessionTypes.ts"
import type { CompositorFacts } from "./subscriptions.ts"
import type { Workspaces } from "./workspaces.ts"

const SHUTDOWN = EVENT_BIT + eventTypes.shutdown

/** The relay's side of one client. */
export class ClientSession {
  readonly #ports: SessionPorts
  readonly #options: SessionOptions
  readonly #requests: ClientRequests
  readonly #subscriptions: ClientSubscriptions
  readonly #shutdown = new ShutdownNotice()
  readonly #fromClient = new FrameScanner(MAX_OUTGOING_PAYLOAD)
  #fromCompositor = new FrameScanner()
  readonly #output: ClientOutput
  #upstream: Upstream | undefined
  #facts: CompositorFacts = { dialect: "sway", knowsOutput: true }
  #isPaused = false
  #clientHasEnded = false
  #isOver = false
  readonly #counts = { framesFromClient: 0, bytesFromClient: 0, refused: 0, reconnections: 0 }

  constructor(ports: SessionPorts, options: SessionOptions) {
    this.#ports = ports
    this.#options = options
    this.#requests = new ClientRequests(options.now())
    this.#subscriptions = new ClientSubscriptions(options.resyncFrames)
    this.#output = new ClientOutput(ports.toClient)
  }

  /** What has happened since the client came. */
  get counts(): ClientCounts {
    const { bytes, frames } = this.#output
    return { ...this.#counts, framesToClient: frames, bytesToClient: bytes }
  }

  /** What the client has subscribed to. */
  get subscribed(): ReadonlySet<EventName> {
    return this.#subscriptions.names
  }

  /** The number of requests that wait for a compositor. */
  get held(): number {
    return this.#requests.held
  }

  /** True while nothing has to time out: requests go to a compositor at once. */
  get isOpen(): boolean {
    return this.#requests.isOpen
  }

  /** True if `attach` will send requests of the session's own. */
  get sendsFirst(): boolean {
    return this.#subscriptions.hasToRenew(this.#options.rules())
  }

  /** Handles what the client has sent. */
  fromClient(chunk: Buffer): void {
    if (this.#isOver) return
    this.#counts.bytesFromClient += chunk.length
    const error = this.#fromClient.push(chunk, (type, buffer, start, end) => this.#onRequest(type, buffer, start, end))
    this.#requests.flush()
    this.#settle()
    if (error !== undefined) this.#end("NotTheProtocol")
  }

  /** The client sends no more, and still gets its replies. */
  clientEnded(): void {
    this.#clientHasEnded = true
    this.#settle()
  }

  /** Handles what the compositor has sent. */
  fromCompositor(chunk: Buffer): void {
    if (this.#isOver) return
    const error = this.#fromCompositor.push(chunk, (type, buffer, start, end) =>
      isEventType(type) ? this.#onEvent(type, buffer, start, end) : this.#onReply(type, buffer, start, end),
    )
    this.#output.flush()
    this.#settle()
    if (error !== undefined) this.#end("NotTheProtocol")
  }

  /** A compositor is there. Subscriptions are made again first; then the requests that waited are sent. */
  attach(upstream: Upstream): void {
    this.#upstream = upstream
    this.#facts = upstream
    this.#fromCompositor = new FrameScanner()
    this.#shutdown.forget()
    if (this.#subscriptions.isBehind) this.#counts.reconnections += 1
    if (!this.#subscriptions.renew(upstream, this.#options.rules())) this.#requests.open(upstream)
  }

  /** The compositor is gone. `known`: its last known workspaces. */
  detach(known: Workspaces): void {
    this.#upstream = undefined
    this.#subscriptions.lose(known)
    this.#requests.lose(this.#options.now(), this.subscribed.size > 0, this.#facts.dialect)
    this.#settle()
  }

  /** Answers requests whose time is up. Returns when it has to be called again, on the clock of `now`, or Infinity. */
  expire(): number {
    const now = this.#options.now()
    if (!this.#requests.expire(now, this.#facts.dialect)) {
      this.#end("NoCompositor")
      return Number.POSITIVE_INFINITY
    }
    const shutdown = this.#upstream !== undefined ? undefined : this.#shutdown.takeDue(now)
    if (shutdown !== undefined) this.#output.send(shutdown)
    this.#settle()
    return Math.min(this.#shutdown.at, this.#requests.deadline)
  }

  #onRequest(type: number, buffer: Buffer, start: number, end: number): void {
    if (this.#isOver) return
    this.#counts.framesFromClient += 1
    const { policy } = this.#options.rules()
    const intake = admit(policy, this.#facts.dialect, type, buffer.subarray(start + HEADER_SIZE, end))
    switch (intake._tag) {
      case "Ignore":
        break
      case "Unknown":
        if (!this.#requests.sendUnknown(buffer, start, end)) this.#end("TooMuchUnanswered")
        break
      case "Answer":
        if (intake.refusal !== undefined) {
          this.#counts.refused += 1
          this.#ports.refused(intake.refusal)
        }
        this.#requests.answer(type, end - start, intake.answer)
        break
      case "Send": {
        const isSubscriber = this.subscribed.size > 0
        this.#requests.send(type, intake.frame, { buffer, start, end }, this.#options.now(), isSubscriber)
      }
    }
  }

  #onReply(type: number, buffer: Buffer, start: number, end: number): void {
    const payload = buffer.subarray(start + HEADER_SIZE, end)
    if (this.#subscriptions.isResubscribing) {
      this.#onOwnReply(type, payload)
      return
    }
    const { asked, before } = this.#requests.takeReplied(type)
    this.#sendAnswers(before)
    if (type === requestTypes.subscribe && asked !== undefined) this.#subscriptions.add(asked, payload, this.#facts)
    this.#output.pass(buffer, start, end)
    this.#sendAnswers()
  }

  #onEvent(type: number, buffer: Buffer, start: number, end: number): void {
    const rules = this.#options.rules()
    if (rules.policy?.allowsEvent(type) === false) return
    if (type === SHUTDOWN) this.#shutdown.keep(buffer, start, end, this.#options.now(), rules)
    else if (!this.#subscriptions.takes(type, buffer, start, end)) this.#output.pass(buffer, start, end)
  }

  /** A reply to the relay's own request on a new compositor's connection. */
  #onOwnReply(type: number, reply: Buffer): void {
    const events = this.#subscriptions.onReply(type, reply, this.#facts, this.#options.rules())
    if (events === undefined) return
    if (events.count > 0) this.#output.send(events.bytes, events.count)
    if (this.#upstream !== undefined) this.#requests.open(this.#upstream)
  }

  #sendAnswers(frames = this.#requests.takeAnswers()): void {
    for (const frame of frames) this.#output.send(frame)
  }

  /** After every input: sends answers that are due, and stops reading from a client with too many open requests. */
  #settle(): void {
    if (this.#isOver) return
    this.#sendAnswers()
    if (this.#requests.isFull !== this.#isPaused) {
      this.#isPaused = this.#requests.isFull
      this.#ports.pause(this.#isPaused)
    }
    if (this.#clientHasEnded && this.#requests.isEmpty) this.#end("Done")
  }

  #end(reason: EndReason): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#requests.clear()
    this.#ports.end(reason)
  }
}
