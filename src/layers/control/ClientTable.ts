/** Who is connected, who has nothing to do, and who has to go when there are too many. Synchronous: no await, no race. */

/** A seat in the table: one connection. */
export interface Seat {
  /** Drops the connection. It must lead to {@link ClientTable.leave}. */
  readonly evict: () => void
}

/** At most `capacity` clients, once {@link ClientTable.trim} has run. */
export class ClientTable {
  readonly #capacity: number
  /** Everybody, with the number of things in work for them. In the order they came. */
  readonly #work = new Map<Seat, number>()
  /** Those without work, in the order in which they became idle. */
  readonly #idle = new Set<Seat>()

  constructor(capacity: number) {
    this.#capacity = capacity
  }

  /** Clients connected. */
  get size(): number {
    return this.#work.size
  }

  /** A new client; idle until it says otherwise. */
  join(seat: Seat): void {
    this.#work.set(seat, 0)
    this.#idle.add(seat)
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
    if (work === 1) this.#idle.add(seat)
  }

  /** Evicts whoever is idle the longest until there is room; where nobody is idle, the latest goes again. */
  trim(): void {
    while (this.#work.size > this.#capacity) {
      const [victim = [...this.#work.keys()].at(-1)] = this.#idle
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
