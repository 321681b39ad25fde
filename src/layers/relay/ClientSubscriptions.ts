/** What one client has subscribed to, and what it has to be told by a new compositor. Synchronous. */
import { EVENT_BIT, type EventName, eventTypes } from "../ipc/Message.ts"
import { Resubscription } from "./Resubscription.ts"
import type { Frames, ResyncFrames } from "./ResyncFrames.ts"
import type { SessionRules, Upstream } from "./sessionTypes.ts"
import { acceptedNames, type CompositorFacts } from "./subscriptions.ts"
import { noWorkspaces, type Workspaces } from "./workspaces.ts"

const TICK = EVENT_BIT + eventTypes.tick

/** The type of an event on the wire. */
const typeOf = (name: EventName) => EVENT_BIT + eventTypes[name]

/** The subscriptions of one client. */
export class ClientSubscriptions {
  readonly #frames: ResyncFrames
  #names: ReadonlySet<EventName> = new Set()
  /** Set on a new compositor's connection until the client has been told what changed. */
  #resubscription: Resubscription | undefined
  /** The workspaces that the client knows. Set from the loss of a compositor until the client is told of the next one's. */
  #before: Workspaces | undefined

  /** `frames`: the same for all clients. */
  constructor(frames: ResyncFrames) {
    this.#frames = frames
  }

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

  /** True if there are subscriptions to make again that the rules still allow. */
  hasToRenew({ policy }: SessionRules): boolean {
    return this.#before !== undefined && [...this.#names].some(name => policy?.allowsEvent(typeOf(name)) !== false)
  }

  /** A compositor is there: makes the subscriptions again. False if there are none. */
  renew(upstream: Upstream, rules: SessionRules): boolean {
    const isToRenew = this.hasToRenew(rules)
    const { policy, resync } = rules
    this.#names = new Set([...this.#names].filter(name => policy?.allowsEvent(typeOf(name)) !== false))
    if (isToRenew) this.#resubscription = new Resubscription(this.#names, upstream, resync !== "none")
    else this.#before = undefined
    return isToRenew
  }

  /** A reply for the relay. Once all are there, returns the events for the client, the newest last. */
  onReply(type: number, reply: Buffer, facts: CompositorFacts, rules: SessionRules): Frames | undefined {
    const done = this.#resubscription?.onReply(type, reply)
    if (done === undefined) return undefined
    const before = this.#before ?? noWorkspaces
    this.#names = done.accepted
    this.#resubscription = undefined
    this.#before = undefined
    const { later, replies } = done
    const made = this.#frames.of({
      mode: rules.resync,
      dialect: facts.dialect,
      subscribed: this.#names,
      before,
      replies,
    })
    if (later.length === 0) return made
    return { bytes: Buffer.concat([made.bytes, ...later]), count: made.count + later.length }
  }

  /**
   * True for an event that the client does not get now: the `tick` that answers a subscription that was made again, since the client has
   * had one before, and what `onReply` will return.
   */
  takes(type: number, buffer: Buffer, start: number, end: number): boolean {
    if (type === TICK && this.#resubscription?.isFirstTick() === true) return true
    return this.#resubscription?.keep(buffer, start, end) === true
  }
}
