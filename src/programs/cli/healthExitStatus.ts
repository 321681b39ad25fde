/** The exit status of `diagnose socket-health` for a state: 0 healthy, 1 stale, 2 for any other. With `nagios` see `nagiosStatus`. */
export const healthExitStatus = (status: string): number => (status === "healthy" ? 0 : status === "stale" ? 1 : 2)
