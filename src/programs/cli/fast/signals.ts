/** Ends the fast path on a signal, with the same status as `runMain.ts`. */
import type { ExitRules } from "../../process/ExitRules.ts"

const numbers = { SIGINT: 2, SIGTERM: 15 } as const

/** Ends the process on SIGINT and SIGTERM until the returned function is called: then another part of the program does so. */
export const endOnSignal = ({ endsBySignal }: ExitRules): (() => void) => {
  const listeners = Object.entries(numbers).map(
    ([signal, number]) => [signal, () => process.exit(endsBySignal ? 0 : 128 + number)] as const,
  )
  for (const [signal, listener] of listeners) process.on(signal, listener)
  return () => {
    for (const [signal, listener] of listeners) process.off(signal, listener)
  }
}
