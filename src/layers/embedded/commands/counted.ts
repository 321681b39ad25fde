/** How many arguments a command takes, and what sway says of too few and too many. */
import { type Handler, invalid } from "./Outcome.ts"

interface Count {
  readonly least?: number
  readonly most?: number
}

const message = (name: string, how: string, expected: number, count: number) =>
  `Invalid ${name} command (expected ${how}${expected} argument${expected === 1 ? "" : "s"}, got ${count})`

/** sway's message for a wrong number of arguments; `undefined` for a right one. With `least` and `most` alike it is exact. */
export const wrongCount = (name: string, { least = 0, most }: Count, count: number): string | undefined => {
  if (least === most) return count === least ? undefined : message(name, "", least, count)
  if (count < least) return message(name, "at least ", least, count)
  return most !== undefined && count > most ? message(name, "at most ", most, count) : undefined
}

/** A handler that is only called with as many arguments as it takes. */
export const counted =
  (name: string, count: Count, run: Handler): Handler =>
  (target, args) => {
    const wrong = wrongCount(name, count, args.length)
    return wrong === undefined ? run(target, args) : invalid(wrong)
  }
