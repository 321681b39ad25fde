/**
 * One reading for all who ask at about the same time, and so seldom that reading stays cheap however long it takes: with
 * thousands of sockets on the machine, one reading of the kernel's list is several milliseconds of work.
 */
import * as Effect from "effect/Effect"

/** Real time: what is saved is real work, whatever clock the rest of the program runs on. */
export interface Pace {
  /** Milliseconds of a clock that only goes forward. */
  readonly now: () => number
  /** Calls once, after so many milliseconds and never at once; what it gives prevents that. */
  readonly later: (milliseconds: number, call: () => void) => () => void
}

/** By the machine's own clock. */
export const realPace: Pace = {
  now: () => performance.now(),
  later: (milliseconds, call) => {
    const timer = setTimeout(call, milliseconds)
    return () => clearTimeout(timer)
  },
}

/** After a reading nothing is read for so many times as long as it took: 40 keeps it to 2.5 % of a core. */
const REST = 40

/** `now`: who asks for the first time and has a deadline. `seldom`: who asks again and again. */
export type Urgency = "now" | "seldom"

/**
 * How often to read again for who waits for another value, in milliseconds after the last reading: often while it is new, since a
 * compositor that starts accepts within this time, then less often.
 */
const AGAIN = { often: 10, later: 50, isNewFor: 1000 }

/**
 * Asks for one key, and gets what the next reading says of it. With `isEnough` it waits for a reading whose value is: each one
 * costs such a waiter a call of it and nothing more.
 */
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

/** `read` is called with every key that somebody waits for. An answer is never older than its question. */
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
    planned = { at, cancel: later(at - now(), readNow) }
  }

  const readNow = () => {
    planned = undefined
    const started = now()
    const found = read([...new Set([...waiting].map(({ key }) => key))])
    const ended = now()
    readAgainAt = ended + REST * (ended - started)
    let again = Number.POSITIVE_INFINITY
    for (const waiter of [...waiting]) {
      const value = found.get(waiter.key)
      if (waiter.isEnough(value)) {
        waiting.delete(waiter)
        waiter.answer(value)
      } else {
        again = Math.min(again, ended + (ended - waiter.since < AGAIN.isNewFor ? AGAIN.often : AGAIN.later))
      }
    }
    if (waiting.size > 0) planAt(Math.max(readAgainAt, again))
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
