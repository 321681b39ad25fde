/** How a command's errors and signals become its exit status. Plain, no Effect runtime: the CLI's fast path uses it. */

/** Milliseconds to end after a signal: the promised two seconds, minus the time that ending the process takes. */
export const GRACE = 1900

/** A command's rules for exit statuses and signals. */
export interface ExitRules {
  /** Exit status for a wrong flag or setting. */
  readonly usage: number
  /** Exit status for a request that failed. */
  readonly failure: number
  /** True for a program that runs until a signal ends it; its status is 0 then. */
  readonly endsBySignal: boolean
  /** How long the program may take to end after a signal, in milliseconds. */
  readonly grace: number
  /** True for a program that handles SIGHUP itself, as a request to reload its settings. */
  readonly reloads: boolean
}
