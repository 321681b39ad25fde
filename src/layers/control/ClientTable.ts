/** The connected clients: which of them are idle, and which one is evicted when there are too many. Synchronous. */

/** One client of the table. */
export interface ClientHandle {
  /** Drops the connection, and says that there are too many clients. It must lead to {@link ClientTable.leave}. */
  readonly evict: () => void
  /** Drops the connection without a word. It must lead to {@link ClientTable.leave}. */
  readonly drop: () => void
}

/**
 * The time that a new client has for its first request, in milliseconds, before it counts as idle. It is long, since a client
 * on a busy machine may be slow; `surplus` limits how many such clients there are.
 */
export const GRACE = 1000

/** The time between two trims while there are too many clients, in milliseconds. */
const TRIM_AGAIN = 50

/**
 * Holds `capacity` clients, once {@link ClientTable.trim} has run. For a short time there may be `surplus` more: while all others
 * have work, and during the {@link GRACE} of new ones.
 */
export class ClientTable {
  readonly #capacity: number
  readonly #surplus: number
  readonly #now: () => number
  /** All clients in the order of their arrival, with the number of things in work for each. */
  readonly #work = new Map<ClientHandle, number>()
  /** The clients without work, the longest idle first, with the time until which they are not evicted. */
  readonly #idle = new Map<ClientHandle, number>()

  constructor(capacity: number, surplus: number, now: () => number = () => performance.now()) {
    this.#capacity = capacity
    this.#surplus = surplus
    this.#now = now
  }

  /** True while there are more clients than `capacity`. */
  get isFull(): boolean {
    return this.#work.size > this.#capacity
  }

  /** The number of clients. */
  get size(): number {
    return this.#work.size
  }

  /** Adds a new client, which is idle. */
  join(client: ClientHandle): void {
    this.#work.set(client, 0)
    this.#idle.set(client, this.#now() + GRACE)
  }

  /** Removes a client that is disconnected. */
  leave(client: ClientHandle): void {
    this.#work.delete(client)
    this.#idle.delete(client)
  }

  /** Something is in work for the client: a request, or a watch. */
  begin(client: ClientHandle): void {
    const work = this.#work.get(client)
    if (work === undefined) return
    this.#work.set(client, work + 1)
    this.#idle.delete(client)
  }

  /** One of the things that {@link begin} counted is done. */
  finish(client: ClientHandle): void {
    const work = this.#work.get(client)
    if (work === undefined) return
    this.#work.set(client, work - 1)
    if (work === 1) this.#idle.set(client, 0)
  }

  /**
   * The client to evict: the longest idle one whose grace is over. Above the surplus the grace does not count, and if no client
   * is idle it is the latest one.
   */
  #victim(): ClientHandle | undefined {
    const isAboveSurplus = this.#work.size > this.#capacity + this.#surplus
    for (const [client, safeUntil] of this.#idle) if (isAboveSurplus || safeUntil <= this.#now()) return client
    return isAboveSurplus ? [...this.#work.keys()].at(-1) : undefined
  }

  /** Evicts clients until there are no more than allowed now. */
  trim(): void {
    while (this.isFull) {
      const victim = this.#victim()
      if (victim === undefined) return
      this.leave(victim)
      victim.evict()
    }
  }

  /** Drops all clients: the server ends. */
  clear(): void {
    for (const client of [...this.#work.keys()]) {
      this.leave(client)
      client.drop()
    }
  }
}

/**
 * A function that trims the table soon: two turns of the event loop later, so that the requests of new clients have been read
 * by then, and again after {@link TRIM_AGAIN} while there are too many.
 */
export const makeTrimmer = (table: ClientTable): (() => void) => {
  let isDue = false
  const trim = () => {
    isDue = false
    table.trim()
    if (table.isFull) trimLater()
  }
  const afterTwoTurns = () => void setImmediate(() => setImmediate(trim))
  const trimLater = () => {
    isDue = true
    setTimeout(afterTwoTurns, TRIM_AGAIN).unref()
  }
  return () => {
    if (isDue) return
    isDue = true
    afterTwoTurns()
  }
}
