/** Exit status of `diagnose socket-health`: 0 healthy, 1 stale, 2 for any other state. */
export const exitStatusOf = (status: string): number => (status === "healthy" ? 0 : status === "stale" ? 1 : 2)
