/**
 * Shares an expensive reading among all callers that wait at the same time, and spaces readings by what they cost: with
 * thousands of sockets on the machine, one reading of the kernel's list takes several milliseconds.
 */
import * as Effect from "effect/Effect"

/** A clock and a timer. Not Effect's Clock: the cost of a reading is real time, also in a test with a TestClock. */
export interface Pace {
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number
  /** Calls `call` after so many milliseconds, at least 0, never synchronously; gives a function that cancels it. */
  readonly later: (milliseconds: number, call: () => void) => () => void
}

/** The machine's own clock and timers. */
export const realPace: Pace = {
  now: () => performance.now(),
  later: (milliseconds, call) => {
    const timer = setTimeout(call, milliseconds)
    return () => clearTimeout(timer)
  },
}

/** How long to rest after a reading, in multiples of its duration: 40 limits readings to 2.5 % of a core. */
const REST = 40
/** The same for a caller that has just come: it is short, so more may be spent on it. */
const SHORT_REST = 8

/** `now`: a first question, with a deadline. `seldom`: a question that is repeated. */
export type Urgency = "now" | "seldom"

/**
 * How soon to read again for a caller that has waited for some time, in milliseconds: often at first, since a compositor that starts
 * accepts 20 to 50 ms after it listens, then less often. A reading itself takes a tenth of a millisecond or more.
 */
const again = (waited: number, cost: number): number => {
  if (waited < 200) return Math.max(2, SHORT_REST * cost)
  return Math.max(waited < 1000 ? 10 : 50, REST * cost)
}

/** Gives the value of one key from the next reading; with `isEnough`, from the first reading whose value satisfies it. */
export type PacedReadings<A> = (
  key: string,
  urgency: Urgency,
  isEnough?: (value: A | undefined) => boolean,
) => Effect.Effect<A | undefined>

interface Waiter<A> {
  readonly key: string
  readonly isEnough: (value: A | undefined) => boolean
  readonly answer: (value: A | undefined) => void
  /** When it came. */
  readonly since: number
}

/** `read` is called with all keys that callers wait for. A caller never gets a value that was read before its call. */
export const makePacedReadings = <A>(
  read: (keys: ReadonlyArray<string>) => ReadonlyMap<string, A>,
  { later, now }: Pace,
): PacedReadings<A> => {
  const waiting = new Set<Waiter<A>>()
  let readAgainAt = Number.NEGATIVE_INFINITY
  let planned: { readonly at: number; readonly cancel: () => void } | undefined

  const cancel = () => {
    planned?.cancel()
    planned = undefined
  }

  const planAt = (at: number) => {
    if (planned !== undefined && planned.at <= at) return
    cancel()
    // The clock has moved on since `at` was computed. Node 22 and later warn of a negative delay.
    planned = { at, cancel: later(Math.max(0, at - now()), readNow) }
  }

  const readNow = () => {
    planned = undefined
    const started = now()
    const found = read([...new Set([...waiting].map(({ key }) => key))])
    const ended = now()
    const cost = ended - started
    readAgainAt = ended + REST * cost
    let next = Number.POSITIVE_INFINITY
    for (const waiter of [...waiting]) {
      const value = found.get(waiter.key)
      if (waiter.isEnough(value)) {
        waiting.delete(waiter)
        waiter.answer(value)
      } else {
        next = Math.min(next, ended + again(ended - waiter.since, cost))
      }
    }
    if (waiting.size > 0) planAt(next)
  }

  return (key, urgency, isEnough = () => true) =>
    Effect.async(resume => {
      const answer = (value: A | undefined) => resume(Effect.succeed(value))
      const waiter: Waiter<A> = { key, isEnough, answer, since: now() }
      waiting.add(waiter)
      planAt(urgency === "now" ? now() : Math.max(now(), readAgainAt))
      return Effect.sync(() => {
        waiting.delete(waiter)
        if (waiting.size === 0) cancel()
      })
    })
}
