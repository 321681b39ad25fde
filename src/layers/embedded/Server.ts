/** The state of the embedded compositor: its clients, the desktop, and the faults in force. */
import type { Socket } from "node:net"
import { encodeUnbounded, type Frame } from "../ipc/Frame.ts"
import { EVENT_BIT, type EventName, eventTypes, type RequestName, requestNames, requestTypes } from "../ipc/Message.ts"
import { applyAfterwards, delayOf } from "./afterwards.ts"
import { Client, type Conditions, type Host, normalConditions } from "./Client.ts"
import { type CommandResult, runCommands } from "./commands/Commands.ts"
import type { Desktop } from "./desktop/Desktop.ts"
import { type Change, change, type Draft } from "./desktop/Draft.ts"
import { replyTo } from "./Replies.ts"
import { sampleEvent } from "./SampleEvents.ts"
import { namesIn, subscribable } from "./subscription.ts"

const requestOfType: ReadonlyMap<number, RequestName> = new Map(requestNames.map(name => [requestTypes[name], name]))

/** Requests answered, by kind. */
export type RequestCounts = Readonly<Record<RequestName, number>>

const noRequests = () => Object.fromEntries(requestNames.map(name => [name, 0])) as Record<RequestName, number>

/** What the server needs from its owner. */
export interface Owner {
  /** Called when a client has run `exit`. */
  readonly exit: () => void
  readonly delay: Host["delay"]
}

/** One embedded compositor without its listener. Synchronous, as sway is single-threaded. */
export class Server {
  readonly #conditions = normalConditions()
  readonly #owner: Owner
  readonly #host: Host
  readonly #clients = new Set<Client>()
  readonly #counts = noRequests()
  #desktop: Desktop
  #accepted = 0

  constructor(owner: Owner, desktop: Desktop) {
    this.#owner = owner
    this.#desktop = desktop
    this.#host = {
      conditions: this.#conditions,
      answer: (client, frame) => this.#answer(client, frame),
      delay: owner.delay,
      gone: client => void this.#clients.delete(client),
    }
  }

  /** Open connections. */
  get connections(): number {
    return this.#clients.size
  }

  /** Connections accepted since the start. */
  get accepted(): number {
    return this.#accepted
  }

  /** Requests answered since the start, as a copy. */
  get requests(): RequestCounts {
    return { ...this.#counts }
  }

  /** The desktop as it is now. It is not changed in place. */
  get desktop(): Desktop {
    return this.#desktop
  }

  /** Serves a new connection. */
  accept(socket: Socket): void {
    this.#accepted += 1
    this.#clients.add(new Client(socket, this.#host))
  }

  /** Closes every connection. */
  disconnectAll(): void {
    for (const client of this.#clients) client.destroy()
  }

  /** Changes the faults in force. For a hang use {@link hang} and {@link resume}. */
  impose(faults: Partial<Conditions>): void {
    Object.assign(this.#conditions, faults)
  }

  /** Stops reading and sending. */
  hang(): void {
    this.#conditions.hung = true
    for (const client of this.#clients) client.pause()
  }

  /** Ends a hang. */
  resume(): void {
    this.#conditions.hung = false
    for (const client of this.#clients) client.resume()
  }

  /** Sends an event to its subscribers. */
  emit(event: EventName, payload: unknown): void {
    const subscribers = [...this.#clients].filter(({ subscriptions }) => subscriptions.has(event))
    if (subscribers.length === 0) return
    const frame = encodeUnbounded(EVENT_BIT + eventTypes[event], JSON.stringify(payload) ?? "null")
    for (const client of subscribers) client.send(frame)
  }

  /** Sends the events of a flood from number `first` to `end`, without the last. */
  flood(event: EventName, first: number, end: number): void {
    for (let number = first; number < end; number += 1) this.emit(event, sampleEvent(this.#desktop, event, number))
  }

  /** Changes the desktop, as a program does that opens a window, and tells of it. */
  change<A>(make: (draft: Draft) => A): A {
    const changed = change(this.#desktop, make)
    this.#take(changed)
    this.#follow(changed)
    return changed.value
  }

  /** Runs a command list. The results are given to `reply` before what follows from them. */
  run(payload: string, reply: (results: ReadonlyArray<CommandResult>) => void): void {
    const ran = runCommands(this.#desktop, payload)
    this.#take(ran)
    if (ran.exits) {
      this.#owner.exit()
      return
    }
    reply(ran.results)
    this.#follow(ran)
  }

  #take({ desktop, events }: Omit<Change<unknown>, "value">): void {
    this.#desktop = desktop
    for (const { event, payload } of events) this.emit(event, payload)
  }

  /** Does what comes after the reply. */
  #follow({ afterwards }: Omit<Change<unknown>, "value">): void {
    for (const step of afterwards) {
      const apply = () => {
        const changed = applyAfterwards(this.#desktop, step)
        this.#take(changed)
        this.#follow(changed)
      }
      const delay = delayOf(step)
      if (delay === 0) apply()
      else this.#owner.delay(delay, apply)
    }
  }

  #answer(client: Client, frame: Frame): void {
    const request = requestOfType.get(frame.type)
    // sway logs an unknown type and sends no reply.
    if (request === undefined) return
    this.#counts[request] += 1
    const { payload: bytes } = frame
    if (request === "command") {
      this.run(bytes.toString("utf8"), results => client.reply(requestTypes.command, results))
      return
    }
    // To sway, which is in C, the text ends at a NUL.
    const end = bytes.indexOf(0)
    const payload = bytes.toString("utf8", 0, end < 0 ? bytes.length : end)
    if (request === "subscribe") this.#subscribe(client, bytes)
    else if (request === "send_tick") this.#tick(client, payload)
    else client.reply(requestTypes[request], replyTo(this.#desktop, request, payload))
  }

  #tick(client: Client, payload: string): void {
    this.emit("tick", { first: false, payload })
    client.reply(requestTypes.send_tick, { success: true })
  }

  /** A wrong name fails the request, but the names before it are subscribed: sway handles them one by one. */
  #subscribe(client: Client, payload: Buffer): void {
    const names = this.#conditions.refuseSubscriptions ? undefined : namesIn(payload)
    let success = names !== undefined
    for (const name of names ?? []) {
      const event = typeof name === "string" ? subscribable.get(name) : undefined
      success = event !== undefined
      if (event === undefined) break
      client.subscriptions.add(event)
    }
    client.reply(requestTypes.subscribe, { success })
    if (success && names?.includes("tick") === true) {
      client.send(encodeUnbounded(EVENT_BIT + eventTypes.tick, JSON.stringify({ first: true, payload: "" })))
    }
  }
}
