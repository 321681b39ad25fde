/** Seeded random numbers, so that a seed gives the same simulation each time. */

/** Numbers from one seed. */
export interface Random {
  /** At least 0, below 1. */
  readonly next: () => number
  /** A whole number from `from` to `to`, both included. */
  readonly between: (from: number, to: number) => number
  /** True with this probability. */
  readonly chance: (probability: number) => boolean
  /** One of these. */
  readonly pick: <A>(items: readonly [A, ...ReadonlyArray<A>]) => A
}

/** mulberry32, by Tommy Ettinger (public domain): 32 bits of state are enough for a schedule. */
export const randomFrom = (seed: number): Random => {
  let state = seed | 0
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const between = (from: number, to: number) => from + Math.floor(next() * (to - from + 1))
  return {
    next,
    between,
    chance: probability => next() < probability,
    pick: items => items[between(0, items.length - 1)] ?? items[0],
  }
}
