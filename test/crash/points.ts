/** At which of its calls a command is killed. */
import type { Call } from "./calls.ts"

/** At how many of its calls each command is killed: in `npm test` at some of them, at 20 in CI, 500 in `.ci/full`. */
export const POINTS = Number(process.env["I3PM_CRASH_POINTS"] ?? "3")

/** The part of a circle that keeps new points apart from all earlier ones. */
const GOLDEN = 0.618_034

/**
 * Some of these calls: the first and the last, if there are more than two, and others all over them, beginning elsewhere for each `salt`, so that few calls of
 * many commands are of all kinds. All of them if there are no more.
 */
export const choose = (calls: ReadonlyArray<Call>, most: number, salt = ""): ReadonlyArray<Call> => {
  if (calls.length <= most) return calls
  const start = [...salt].reduce((sum, letter) => sum + letter.charCodeAt(0), 0)
  const chosen = new Set(most > 2 ? [calls[0], calls.at(-1)] : [])
  for (let at = start; chosen.size < most; at += 1) chosen.add(calls[Math.floor(((at * GOLDEN) % 1) * calls.length)])
  return calls.filter(call => chosen.has(call))
}
