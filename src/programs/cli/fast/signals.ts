/** Ends the fast path on a signal, with the same status as `runMain.ts`. */

const statuses = { SIGINT: 128 + 2, SIGTERM: 128 + 15 } as const

const listeners = Object.entries(statuses).map(([signal, status]) => [signal, () => process.exit(status)] as const)

/** Ends the process on SIGINT and SIGTERM until the returned function is called: then another part of the program does so. */
export const endOnSignal = (): (() => void) => {
  for (const [signal, listener] of listeners) process.on(signal, listener)
  return () => {
    for (const [signal, listener] of listeners) process.off(signal, listener)
  }
}
