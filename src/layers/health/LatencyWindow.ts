/** The last latencies, bounded, and their quantiles. No clock, no I/O. */

/** In milliseconds, by nearest rank; null while there is no sample. */
export interface LatencyQuantiles {
  readonly p50: number | null
  readonly p90: number | null
  readonly p99: number | null
  readonly max: number | null
  /** How many replies they were taken from. */
  readonly samples: number
}

/** With a probe every five seconds this is three quarters of an hour; four kilobytes. */
const CAPACITY = 512

/** A ring of the last {@link CAPACITY} samples. */
export class LatencyWindow {
  readonly #samples: Float64Array
  #seen = 0

  constructor(capacity = CAPACITY) {
    this.#samples = new Float64Array(capacity)
  }

  add(milliseconds: number): void {
    this.#samples[this.#seen % this.#samples.length] = milliseconds
    this.#seen += 1
  }

  quantiles(): LatencyQuantiles {
    const samples = Math.min(this.#seen, this.#samples.length)
    const sorted = this.#samples.slice(0, samples).sort()
    const rank = (share: number) => sorted[Math.ceil(share * samples) - 1] ?? null
    return { p50: rank(0.5), p90: rank(0.9), p99: rank(0.99), max: rank(1), samples }
  }
}
