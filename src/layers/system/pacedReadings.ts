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

/** Asks for one key, and gets what the next reading says of it. */
export type PacedReadings<A> = (key: string, urgency: Urgency) => Effect.Effect<A | undefined>

/** `read` is called with every key that somebody waits for. An answer is never older than its question. */
export const makePacedReadings = <A>(
  read: (keys: ReadonlyArray<string>) => ReadonlyMap<string, A>,
  { later, now }: Pace,
): PacedReadings<A> => {
  const waiting = new Set<{ readonly key: string; readonly answer: (value: A | undefined) => void }>()
  let readAgainAt = Number.NEGATIVE_INFINITY
  let planned: { readonly at: number; readonly cancel: () => void } | undefined

  const cancel = () => {
    planned?.cancel()
    planned = undefined
  }

  const readNow = () => {
    planned = undefined
    const started = now()
    const found = read([...new Set([...waiting].map(({ key }) => key))])
    const ended = now()
    readAgainAt = ended + REST * (ended - started)
    const asked = [...waiting]
    waiting.clear()
    for (const { answer, key } of asked) answer(found.get(key))
  }

  const plan = (urgency: Urgency) => {
    const present = now()
    const at = urgency === "now" ? present : Math.max(present, readAgainAt)
    if (planned !== undefined && planned.at <= at) return
    cancel()
    planned = { at, cancel: later(at - present, readNow) }
  }

  return (key, urgency) =>
    Effect.async(resume => {
      const one = { key, answer: (value: A | undefined) => resume(Effect.succeed(value)) }
      waiting.add(one)
      plan(urgency)
      return Effect.sync(() => {
        waiting.delete(one)
        if (waiting.size === 0) cancel()
      })
    })
}
