/** Shares the event loop between clients with work to do: each of them gets a little of every turn. */

/** A client with work to do. */
export interface Task {
  /** Does a little of the work. True if there is more that can be done now. */
  readonly turn: () => boolean
}

/** How long all tasks together may block one turn of the event loop, in milliseconds. */
const TURN_MS = 4

/** Gives each task one `turn` in every round. Between two rounds the event loop reads, writes and accepts. */
export class FairScheduler {
  readonly #waiting = new Set<Task>()
  #isDue = false

  /** The task has work to do. */
  add(task: Task): void {
    this.#waiting.add(task)
    this.#schedule()
  }

  /** The task gets no turn any more. */
  remove(task: Task): void {
    this.#waiting.delete(task)
  }

  #schedule(): void {
    if (this.#isDue || this.#waiting.size === 0) return
    this.#isDue = true
    setImmediate(() => this.#round())
  }

  #round(): void {
    this.#isDue = false
    const deadline = performance.now() + TURN_MS
    // A task with more work goes to the end, so that those without a turn in this round are the first in the next.
    for (const task of [...this.#waiting]) {
      this.#waiting.delete(task)
      if (task.turn()) this.#waiting.add(task)
      if (performance.now() > deadline) break
    }
    this.#schedule()
  }
}
