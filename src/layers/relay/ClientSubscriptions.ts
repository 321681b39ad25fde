/** What one client has subscribed to, and what it has to be told by a new compositor. Synchronous. */
import { encodeUnbounded } from "../ipc/Frame.ts"
import { EVENT_BIT, type EventName, eventTypes } from "../ipc/Message.ts"
import { Resubscription } from "./Resubscription.ts"
import { type Message, resyncMessages } from "./resync.ts"
import type { SessionRules, Upstream } from "./sessionTypes.ts"
import { acceptedNames, type CompositorFacts } from "./subscriptions.ts"
import { noWorkspaces, type Workspaces } from "./workspaces.ts"

const TICK = EVENT_BIT + eventTypes.tick

/** The type of an event on the wire. */
const typeOf = (name: EventName) => EVENT_BIT + eventTypes[name]

/** The subscriptions of one client. */
export class ClientSubscriptions {
  #names: ReadonlySet<EventName> = new Set()
  /** Set on a new compositor's connection until the client has been told what changed. */
  #resubscription: Resubscription | undefined
  /** The workspaces that the client knows. Set from the loss of a compositor until the client is told of the next one's. */
  #before: Workspaces | undefined

  get names(): ReadonlySet<EventName> {
    return this.#names
  }

  /** True while replies of the compositor are for the relay. */
  get isResubscribing(): boolean {
    return this.#resubscription !== undefined
  }

  /** True from the loss of a compositor until the client is told of the next one. */
  get isBehind(): boolean {
    return this.#before !== undefined
  }

  /** A compositor has answered the client's SUBSCRIBE with this payload. */
  add(payload: Buffer, reply: Buffer, facts: CompositorFacts): void {
    this.#names = new Set([...this.#names, ...acceptedNames(payload, reply, facts)])
  }

  /** The compositor is gone. `known`: its last known workspaces. */
  lose(known: Workspaces): void {
    this.#resubscription = undefined
    this.#before ??= known
  }

  /** A compositor is there: makes the subscriptions again, if there are any that the rules still allow. False if there are none. */
  renew(upstream: Upstream, { policy, resync }: SessionRules): boolean {
    this.#names = new Set([...this.#names].filter(name => policy?.allowsEvent(typeOf(name)) !== false))
    if (this.#before === undefined || this.#names.size === 0) {
      this.#before = undefined
      return false
    }
    const send = ({ payload, type }: Message) => upstream.write(encodeUnbounded(type, payload))
    this.#resubscription = new Resubscription(this.#names, upstream, resync !== "none", send)
    return true
  }

  /** A reply for the relay. Once all are there, returns the messages for the client. */
  onReply(
    type: number,
    reply: Buffer,
    facts: CompositorFacts,
    rules: SessionRules,
  ): ReadonlyArray<Message> | undefined {
    const done = this.#resubscription?.onReply(type, reply)
    if (done === undefined) return undefined
    const before = this.#before ?? noWorkspaces
    this.#names = done.accepted
    this.#resubscription = undefined
    this.#before = undefined
    return resyncMessages({
      mode: rules.resync,
      dialect: facts.dialect,
      subscribed: this.#names,
      before,
      state: done.state,
    })
  }

  /** True for the event `tick` that answers a subscription that was made again: the client has had one before. */
  isOwnTick(type: number): boolean {
    return type === TICK && this.#resubscription?.isFirstTick() === true
  }
}
