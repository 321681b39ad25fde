/** Exit status of `diagnose socket-health`. */
export const exitStatusOf = (status: string): number => (status === "healthy" ? 0 : status === "stale" ? 1 : 2)
