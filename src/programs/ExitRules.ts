/** What a command makes of errors and signals. Plain, no Effect runtime: the CLI's fast path uses it. */

/** The two seconds of the contract, less what it takes to end the process. */
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
