/**
 * Makes connections to one compositor. Each is proven by a reply, and at most two wait for that reply at a time, since a compositor's
 * backlog has room for four. Synchronous.
 */
import { encodeUnbounded, FrameDecoder } from "../ipc/Frame.ts"
import { requestTypes } from "../ipc/Message.ts"
import { versionIn } from "../ipc/Version.ts"
import type { OpenSocket } from "../system/plainSocket.ts"
import { type Connection, ignoring, Link, provenConnection, unprovenConnection } from "./Connection.ts"
import type { CompositorFacts } from "./subscriptions.ts"

/** Connections that may wait for their first reply at the same time. */
const MOST_UNPROVEN = 2

/**
 * The wait after a failed attempt, in milliseconds: the compositor refuses, or its backlog is full. Doubled for each further one, since
 * a compositor whose socket file was removed refuses for as long as it runs.
 */
const AGAIN = { first: 50, most: 1000 } as const

/** The users of connections. */
export interface Demand {
  /** How many connections are missing. */
  readonly missing: () => number
  /** Takes the next client, if it proves a connection by its own requests. Returns the function that gives it one. */
  readonly takeProver: () => ((connection: Connection) => void) | undefined
  /** Gets a connection that is proven. */
  readonly give: (connection: Connection) => void
}

const versionRequest = encodeUnbounded(requestTypes.get_version, "")

/** Reads the reply to GET_VERSION. `tell` gets false for another one. */
const readVersion = (tell: (isVersion: boolean) => void) => {
  const decoder = new FrameDecoder()
  return (chunk: Buffer) => {
    const error = decoder.push(chunk, ({ payload }) => tell(versionIn(payload.toString("utf8")) !== undefined))
    if (error !== undefined) tell(false)
    return false
  }
}

/** A compositor to connect to. */
export interface Compositor {
  readonly path: string
  readonly facts: CompositorFacts
}

/** Connections to one compositor. */
export class ConnectionMaker {
  readonly #open: OpenSocket
  readonly #compositor: Compositor
  readonly #demand: Demand
  /** Waiting for their first reply. */
  readonly #unproven = new Set<Link>()
  /** Those of them that no client has. */
  readonly #unowned = new Set<Link>()
  #pause: NodeJS.Timeout | undefined
  #wait: number = AGAIN.first
  #isStopped = false

  constructor(open: OpenSocket, compositor: Compositor, demand: Demand) {
    this.#open = open
    this.#compositor = compositor
    this.#demand = demand
  }

  /** Makes the connections that are missing, as far as that is allowed now. Called when more may be missing. */
  fill(): void {
    if (this.#isStopped || this.#pause !== undefined) return
    while (this.#unproven.size < MOST_UNPROVEN && this.#demand.missing() > this.#unowned.size) this.#connect()
  }

  /** Makes no more. Connections of clients stay. */
  stop(): void {
    this.#isStopped = true
    clearTimeout(this.#pause)
    for (const link of this.#unowned) link.close()
  }

  #connect(): void {
    const link = new Link(this.#open, this.#compositor.path, () => this.#onOpen(link), {
      ...ignoring,
      onClose: () => this.#onFailure(link),
    })
    this.#unproven.add(link)
    this.#unowned.add(link)
  }

  #onOpen(link: Link): void {
    const give = this.#demand.takeProver()
    if (give === undefined) {
      this.#ask(link)
      return
    }
    this.#unowned.delete(link)
    give(unprovenConnection(link, this.#compositor.facts, () => this.#settle(link)))
    this.fill()
  }

  #ask(link: Link): void {
    const onReply = (isVersion: boolean) => {
      if (!this.#unowned.has(link)) return
      if (!isVersion) {
        link.close()
        this.#onFailure(link)
        return
      }
      this.#unowned.delete(link)
      this.#demand.give(provenConnection(link, this.#compositor.facts))
      this.#settle(link)
    }
    link.handle({ onData: readVersion(onReply), onClose: () => this.#onFailure(link) })
    link.write(versionRequest)
  }

  #onFailure(link: Link): void {
    this.#unowned.delete(link)
    this.#unproven.delete(link)
    if (this.#isStopped || this.#pause !== undefined) return
    this.#pause = setTimeout(() => {
      this.#pause = undefined
      this.fill()
    }, this.#wait)
    this.#wait = Math.min(2 * this.#wait, AGAIN.most)
  }

  #settle(link: Link): void {
    this.#wait = AGAIN.first
    this.#unproven.delete(link)
    this.fill()
  }
}
