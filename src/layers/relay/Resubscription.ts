/**
 * What happens on a new compositor's connection before the client's own requests: the subscriptions are made again, and the state
 * is read from which the events for the client are made. The client does not get these replies. Synchronous.
 */
import { encodeUnbounded } from "../ipc/Frame.ts"
import { type EventName, requestTypes } from "../ipc/Message.ts"
import { copyOf } from "./copyOf.ts"
import type { Message, StateReply } from "./resync.ts"
import { StateReader } from "./StateReader.ts"
import type { Upstream } from "./sessionTypes.ts"
import { acceptedNames } from "./subscriptions.ts"

/** A request of the relay itself. `event`: the name that it subscribes to, if it does. */
interface OwnRequest {
  readonly message: Message
  readonly event: EventName | undefined
}

const toSubscribe = (event: EventName): OwnRequest => ({
  message: { type: requestTypes.subscribe, payload: JSON.stringify([event]) },
  event,
})

const toRead = (message: Message): OwnRequest => ({ message, event: undefined })

/** Replies about the compositor's state, the names that it has accepted, and the events that were kept, as frames. */
export interface Resubscribed {
  readonly replies: ReadonlyArray<StateReply>
  readonly accepted: ReadonlySet<EventName>
  readonly later: ReadonlyArray<Buffer>
}

/** One resubscription. */
export class Resubscription {
  readonly #upstream: Upstream
  readonly #reader: StateReader
  /** In flight, oldest first. */
  #requests: ReadonlyArray<OwnRequest> = []
  readonly #accepted = new Set<EventName>()
  #awaitsFirstTick: boolean
  /** True once there is a reply about the state. */
  #hasState = false
  /** Events since then. They are few: what comes between the first of these replies and the last. */
  readonly #later: Array<Buffer> = []

  /** Sends the first requests. `readsState`: false if no event will be made of the state. */
  constructor(subscribed: ReadonlySet<EventName>, upstream: Upstream, readsState: boolean) {
    this.#upstream = upstream
    this.#reader = new StateReader(readsState ? new Set(subscribed) : new Set())
    this.#awaitsFirstTick = subscribed.has("tick")
    // One by one: if sway does not know a name, it refuses the names after it, too.
    this.#ask([...[...subscribed].map(toSubscribe), ...this.#reader.start().map(toRead)])
  }

  /** Takes a reply. Returns what was found out once all replies are there. */
  onReply(type: number, reply: Buffer): Resubscribed | undefined {
    // Replies come in the order of the requests; those before this one were ignored.
    const index = this.#requests.findIndex(({ message }) => message.type === type)
    const request = this.#requests[index]
    if (request === undefined) return undefined
    this.#requests = this.#requests.slice(index + 1)
    if (request.event !== undefined) {
      const asked = Buffer.from(request.message.payload)
      for (const event of acceptedNames(asked, reply, this.#upstream)) this.#accepted.add(event)
      return undefined
    }
    this.#hasState = true
    const step = this.#reader.onReply(type, reply)
    if (step === undefined) return undefined
    if ("replies" in step) return { replies: step.replies, accepted: this.#accepted, later: this.#later }
    this.#ask(step.ask.map(toRead))
    return undefined
  }

  /** True for the first tick, which answers the subscription to `tick`: the client had one when it subscribed itself. */
  isFirstTick(): boolean {
    const isFirst = this.#awaitsFirstTick
    this.#awaitsFirstTick = false
    return isFirst
  }

  /**
   * Keeps an event that is newer than a reply about the state, and returns true: before the events that are made of that reply, the client
   * would end with an older state than the compositor's.
   */
  keep(buffer: Buffer, start: number, end: number): boolean {
    if (this.#hasState) this.#later.push(copyOf(buffer, start, end))
    return this.#hasState
  }

  /** Sends requests with one write. */
  #ask(requests: ReadonlyArray<OwnRequest>): void {
    this.#requests = [...this.#requests, ...requests]
    this.#upstream.write(Buffer.concat(requests.map(({ message }) => encodeUnbounded(message.type, message.payload))))
  }
}
