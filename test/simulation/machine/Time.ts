/**
 * Simulated time: timers, the wall clock and the monotonic clock. It replaces the globals, so that Effect's Clock and Node's timers
 * run on the same time.
 *
 * Not Effect's TestClock, which waits a millisecond of real time after each fiber that it wakes: a hundred hours of a daemon would take
 * ten minutes.
 */

/** A timer of `setTimeout` or `setInterval`. */
export class Timer {
  isActive = true
  constructor(
    public at: number,
    public order: number,
    readonly call: () => void,
    /** The milliseconds between two calls; `undefined` for a single one. */
    readonly every: number | undefined,
  ) {}

  unref(): this {
    return this
  }
}

const isBefore = (one: Timer, other: Timer) => one.at < other.at || (one.at === other.at && one.order < other.order)

/** A binary heap, the earliest timer first. */
class TimerHeap {
  readonly #timers: Array<Timer> = []

  get all(): ReadonlyArray<Timer> {
    return this.#timers
  }

  clear(): void {
    this.#timers.length = 0
  }

  push(timer: Timer): void {
    const timers = this.#timers
    let index = timers.push(timer) - 1
    while (index > 0) {
      const parent = (index - 1) >> 1
      const above = timers[parent]
      if (above === undefined || !isBefore(timer, above)) break
      timers[index] = above
      index = parent
    }
    timers[index] = timer
  }

  peek(): Timer | undefined {
    return this.#timers[0]
  }

  pop(): Timer | undefined {
    const timers = this.#timers
    const first = timers[0]
    const last = timers.pop()
    if (first === undefined || last === undefined || timers.length === 0) return first
    let index = 0
    for (;;) {
      const left = timers[2 * index + 1]
      const right = timers[2 * index + 2]
      if (left === undefined) break
      const [child, at] = right !== undefined && isBefore(right, left) ? [right, 2 * index + 2] : [left, 2 * index + 1]
      if (!isBefore(child, last)) break
      timers[index] = child
      index = at
    }
    timers[index] = last
    return first
  }
}

const real = {
  setImmediate: globalThis.setImmediate,
  now: performance.now.bind(performance),
}

/** Milliseconds of the machine on which the simulation runs. */
export const wallNow: () => number = real.now

/** 2026-01-01, where each simulation begins. */
const EPOCH = Date.UTC(2026, 0, 1)

/** Calls that a simulation may make in one instant before it counts as an endless loop. */
const MOST_AT_ONCE = 200_000

/** The time of one simulation. Only one runs at a time. */
export class Time {
  /** Monotonic milliseconds since the start. */
  now = 0
  /** What the wall clock is ahead of the monotonic one, in milliseconds: a step of the clock changes it. */
  wallOffset = EPOCH
  readonly #heap = new TimerHeap()
  #order = 0
  #immediates = 0
  #atOnce = 0

  /** Calls after so many milliseconds. Exact, unlike {@link setTimeout}, which has at least one. */
  after(milliseconds: number, call: () => void, every?: number): Timer {
    this.#order += 1
    const timer = new Timer(this.now + milliseconds, this.#order, call, every)
    this.#heap.push(timer)
    return timer
  }

  /** The timers that are still to fire. */
  get active(): number {
    return this.#heap.all.filter(({ isActive }) => isActive).length
  }

  /** When the next timer fires; `undefined` if there is none. */
  get nextAt(): number | undefined {
    for (;;) {
      const first = this.#heap.peek()
      if (first === undefined || first.isActive) return first?.at
      this.#heap.pop()
    }
  }

  /** Waits until everything that runs without a timer has run. */
  async settle(): Promise<void> {
    do {
      await new Promise<void>(resolve => real.setImmediate(resolve))
      this.#atOnce += 1
      if (this.#atOnce > MOST_AT_ONCE) throw new Error(`the program spins at ${this.now} ms: it never waits`)
    } while (this.#immediates > 0)
  }

  /** Fires the next timer and waits until nothing runs any more. */
  async step(): Promise<void> {
    const at = this.nextAt
    const timer = this.#heap.pop()
    if (timer === undefined || at === undefined) return
    if (at > this.now) {
      this.now = at
      this.#atOnce = 0
    }
    if (timer.every === undefined) timer.isActive = false
    else {
      this.#order += 1
      timer.at = this.now + timer.every
      timer.order = this.#order
      this.#heap.push(timer)
    }
    timer.call()
    await this.settle()
  }

  /** Lets time pass until this instant, calling `check` after each step. */
  async runUntil(end: number, check: () => void): Promise<void> {
    for (;;) {
      const at = this.nextAt
      if (at === undefined || at > end) break
      await this.step()
      check()
    }
    if (end > this.now) {
      this.now = end
      this.#atOnce = 0
    }
  }

  /** Begins again, for the next simulation: nothing of the last one may be left. */
  reset(): void {
    this.now = 0
    this.wallOffset = EPOCH
    this.#heap.clear()
    this.#order = 0
    this.#atOnce = 0
  }

  /** Replaces the globals of this process. It cannot be undone. */
  install(): void {
    const delayOf = (milliseconds: number | undefined) => {
      const delay = Math.trunc(Number(milliseconds ?? 0))
      return delay >= 1 && delay <= 2 ** 31 - 1 ? delay : 1
    }
    const clear = (timer: unknown) => {
      if (timer instanceof Timer) timer.isActive = false
    }
    const immediate = (call: (...given: ReadonlyArray<unknown>) => void, ...given: ReadonlyArray<unknown>) => {
      const handle = { isActive: true }
      this.#immediates += 1
      real.setImmediate(() => {
        this.#immediates -= 1
        if (handle.isActive) call(...given)
      })
      return handle
    }
    const time = this
    const WallClock = class extends Date {
      constructor(...given: ReadonlyArray<unknown>) {
        // The types of Date's constructor are overloads, which cannot be spread.
        super(...((given.length === 0 ? [WallClock.now()] : given) as [number]))
      }

      static override now(): number {
        return Math.floor(time.wallOffset + time.now)
      }
    }
    const hrtime = Object.assign(process.hrtime.bind(process), {
      bigint: () => BigInt(Math.round(this.now * 1e6)),
    })
    Object.assign(globalThis, {
      setTimeout: (call: (...all: ReadonlyArray<unknown>) => void, delay?: number, ...all: ReadonlyArray<unknown>) =>
        this.after(delayOf(delay), () => call(...all)),
      setInterval: (call: (...all: ReadonlyArray<unknown>) => void, delay?: number, ...all: ReadonlyArray<unknown>) =>
        this.after(delayOf(delay), () => call(...all), delayOf(delay)),
      setImmediate: immediate,
      clearTimeout: clear,
      clearInterval: clear,
      clearImmediate: (handle: { isActive: boolean } | undefined) => {
        if (handle !== undefined) handle.isActive = false
      },
      Date: WallClock,
    })
    Object.defineProperty(performance, "now", { value: () => this.now })
    Object.defineProperty(process, "hrtime", { value: hrtime })
  }
}
