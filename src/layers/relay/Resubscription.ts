/**
 * What happens on a new compositor's connection before the client's own requests: the subscriptions are made again, and the state
 * is read from which the events for the client are made. The client does not get these replies. Synchronous.
 */
import { type EventName, requestTypes } from "../ipc/Message.ts"
import { type Message, type NewState, StateReader } from "./resync.ts"
import { acceptedNames, type CompositorFacts } from "./subscriptions.ts"

/** A request of the relay itself. `event`: the name that it subscribes to, if it does. */
interface OwnRequest {
  readonly type: number
  readonly event: EventName | undefined
}

/** One resubscription. */
export class Resubscription {
  readonly #send: (message: Message) => void
  readonly #facts: CompositorFacts
  readonly #reader: StateReader
  /** In flight, oldest first. */
  #requests: ReadonlyArray<OwnRequest> = []
  readonly #accepted = new Set<EventName>()
  #awaitsFirstTick: boolean

  /** `readsState`: false if no event will be made of the state. */
  constructor(
    subscribed: ReadonlySet<EventName>,
    facts: CompositorFacts,
    readsState: boolean,
    send: (message: Message) => void,
  ) {
    this.#send = send
    this.#facts = facts
    this.#reader = new StateReader(readsState ? new Set(subscribed) : new Set())
    this.#awaitsFirstTick = subscribed.has("tick")
    // One by one: if sway does not know a name, it refuses the names after it, too.
    for (const event of subscribed) this.#ask({ type: requestTypes.subscribe, payload: JSON.stringify([event]) }, event)
    for (const message of this.#reader.start()) this.#ask(message)
  }

  /** Takes a reply. Once all replies are there, returns the state and the names that this compositor has accepted. */
  onReply(
    type: number,
    reply: Buffer,
  ): { readonly state: NewState; readonly accepted: ReadonlySet<EventName> } | undefined {
    // Replies come in the order of the requests; those before this one were ignored.
    const index = this.#requests.findIndex(request => request.type === type)
    const request = this.#requests[index]
    if (request === undefined) return undefined
    this.#requests = this.#requests.slice(index + 1)
    if (request.event !== undefined) {
      const asked = Buffer.from(JSON.stringify([request.event]))
      for (const event of acceptedNames(asked, reply, this.#facts)) this.#accepted.add(event)
      return undefined
    }
    const step = this.#reader.onReply(type, reply)
    if (step === undefined) return undefined
    if ("state" in step) return { state: step.state, accepted: this.#accepted }
    for (const message of step.ask) this.#ask(message)
    return undefined
  }

  /** True for the first tick, which answers the subscription to `tick`: the client had one when it subscribed itself. */
  isFirstTick(): boolean {
    const isFirst = this.#awaitsFirstTick
    this.#awaitsFirstTick = false
    return isFirst
  }

  #ask(message: Message, event?: EventName): void {
    this.#requests = [...this.#requests, { type: message.type, event }]
    this.#send(message)
  }
}
