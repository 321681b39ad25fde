/** Who is connected, who has nothing to do, and who has to go when there are too many. Synchronous: no await, no race. */

/** A seat in the table: one connection. */
export interface Seat {
  /** Drops the connection. It must lead to {@link ClientTable.leave}. */
  readonly evict: () => void
}

/**
 * How long a new client may take to ask, in milliseconds, before it counts as idle: on a busy machine a client gets its turn late.
 * The surplus bounds how many there are.
 */
const GRACE = 1000

/**
 * At most `capacity` clients, once {@link ClientTable.trim} has run, and `surplus` more for a short time: while all others have
 * work, which is soon done, and while the new ones have had no time to ask.
 */
export class ClientTable {
  readonly #capacity: number
  readonly #surplus: number
  readonly #now: () => number
  /** Everybody, with the number of things in work for them. In the order they came. */
  readonly #work = new Map<Seat, number>()
  /** Those without work, in the order in which they became idle, with the time until which they are spared. */
  readonly #idle = new Map<Seat, number>()

  constructor(capacity: number, surplus: number, now: () => number = () => performance.now()) {
    this.#capacity = capacity
    this.#surplus = surplus
    this.#now = now
  }

  /** True while there are more than there should be for long. */
  get isFull(): boolean {
    return this.#work.size > this.#capacity
  }

  /** Clients connected. */
  get size(): number {
    return this.#work.size
  }

  /** A new client; idle until it says otherwise. */
  join(seat: Seat): void {
    this.#work.set(seat, 0)
    this.#idle.set(seat, this.#now() + GRACE)
  }

  /** The client is gone. */
  leave(seat: Seat): void {
    this.#work.delete(seat)
    this.#idle.delete(seat)
  }

  /** Something is in work for the client: a request, or a watch. */
  begin(seat: Seat): void {
    const work = this.#work.get(seat)
    if (work === undefined) return
    this.#work.set(seat, work + 1)
    this.#idle.delete(seat)
  }

  /** The other end of {@link begin}. */
  finish(seat: Seat): void {
    const work = this.#work.get(seat)
    if (work === undefined) return
    this.#work.set(seat, work - 1)
    if (work === 1) this.#idle.set(seat, 0)
  }

  /** Who has to go: whoever is idle the longest, spared or not once the surplus is used up; where nobody is idle, the latest. */
  #victim(): Seat | undefined {
    const isUsedUp = this.#work.size > this.#capacity + this.#surplus
    for (const [seat, spared] of this.#idle) if (isUsedUp || spared <= this.#now()) return seat
    return isUsedUp ? [...this.#work.keys()].at(-1) : undefined
  }

  /** Evicts clients until there are no more than there may be now. */
  trim(): void {
    while (this.isFull) {
      const victim = this.#victim()
      if (victim === undefined) return
      this.leave(victim)
      victim.evict()
    }
  }

  /** Evicts everybody. */
  clear(): void {
    for (const seat of [...this.#work.keys()]) {
      this.leave(seat)
      seat.evict()
    }
  }
}
