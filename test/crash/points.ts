/** At which of its calls a command is killed. */
import type { Call } from "./calls.ts"

/** How many calls each command is killed at: in `npm test` only some of them, each kind at least once. */
export const POINTS = Number(process.env["I3PM_CRASH_POINTS"] ?? "9")

/** Some of these calls: the first and the last, one of each kind, and others evenly between them. All of them if there are no more. */
export const choose = (calls: ReadonlyArray<Call>, most: number): ReadonlyArray<Call> => {
  if (calls.length <= most) return calls
  const kinds = new Map(calls.map(call => [call.name, call]))
  const chosen = new Set<Call | undefined>([calls[0], calls.at(-1), ...kinds.values()])
  for (let at = 1; chosen.size < most; at += 1)
    chosen.add(calls[Math.floor((at * calls.length * 0.618_034) % calls.length)])
  return calls.filter(call => chosen.has(call))
}
