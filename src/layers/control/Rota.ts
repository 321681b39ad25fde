/** Whose turn it is: many clients with work to do, each of which gets a little in each turn of the event loop. */

/** One with work to do. */
export interface Worker {
  /** Does a little of it; true while there is more that can be done now. */
  readonly turn: () => boolean
}

/** How long all workers together may hold up one turn of the event loop, in milliseconds. */
const TURN = 4

/** Gives each worker that has work one `turn` in its round; between two rounds the event loop reads, writes and accepts. */
export class Rota {
  readonly #waiting = new Set<Worker>()
  #isDue = false

  /** The worker has something to do. */
  add(worker: Worker): void {
    this.#waiting.add(worker)
    this.#schedule()
  }

  /** The worker is gone. */
  remove(worker: Worker): void {
    this.#waiting.delete(worker)
  }

  #schedule(): void {
    if (this.#isDue || this.#waiting.size === 0) return
    this.#isDue = true
    setImmediate(() => this.#round())
  }

  #round(): void {
    this.#isDue = false
    const deadline = performance.now() + TURN
    // Whoever still has work goes to the end, so that those who had no turn this time are the first in the next.
    for (const worker of [...this.#waiting]) {
      this.#waiting.delete(worker)
      if (worker.turn()) this.#waiting.add(worker)
      if (performance.now() > deadline) break
    }
    this.#schedule()
  }
}
