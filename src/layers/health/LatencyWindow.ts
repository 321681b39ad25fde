/** The latencies of the last probes and their quantiles. Pure. */

/** In milliseconds, by the nearest-rank method; null without a sample. */
export interface LatencyQuantiles {
  readonly p50: number | null
  readonly p90: number | null
  readonly p99: number | null
  readonly max: number | null
  /** The number of latencies that they are taken from. */
  readonly samples: number
}

/** With a probe every five seconds this covers 43 minutes, in 4 KiB. */
const CAPACITY = 512

/** A ring buffer. A new sample, in milliseconds, replaces the oldest one. */
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
