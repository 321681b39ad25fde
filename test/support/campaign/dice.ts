/** Random choices that a seed repeats. */

/** One series of choices. */
export interface Dice {
  /** A whole number from 0 to below `limit`. */
  readonly below: (limit: number) => number
  readonly pick: <A>(choices: readonly [A, ...ReadonlyArray<A>]) => A
}

/** mulberry32: small, even enough, and the same everywhere. */
export const diceOf = (seed: number): Dice => {
  let state = seed >>> 0
  const below = (limit: number) => {
    state = (state + 0x6d2b79f5) >>> 0
    let bits = Math.imul(state ^ (state >>> 15), state | 1)
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61)
    return Math.floor((((bits ^ (bits >>> 14)) >>> 0) / 0x1_0000_0000) * limit)
  }
  return { below, pick: choices => choices[below(choices.length)] ?? choices[0] }
}

/** The series of one round: its own, so that rounds which overlap do not depend on each other's pace. */
export const diceOfRound = (seed: number, round: number): Dice => diceOf(Math.imul(seed ^ 0x9e3779b9, round * 2 + 1))
