/**
 * What `runMain.ts` has to know of a command: its exit statuses, and what signals do to it. `cli/exitRulesOf.ts` makes it from the
 * command's description. Plain, no Effect runtime: the CLI's fast path uses it.
 */

/** Milliseconds to end after a signal: the promised two seconds, minus the time that ending the process takes. */
export const GRACE = 1900

/** A command's rules for exit statuses and signals. */
export interface ExitRules {
  /** Exit status for a wrong flag. Wrong settings are 64 always. */
  readonly usage: number
  /** Exit status for a request that failed. */
  readonly failure: number
  /** True for a program that runs until a signal ends it; its status is 0 then. */
  readonly endsBySignal: boolean
  /** How long the program may take to end after a signal, in milliseconds. */
  readonly grace: number
  /** True for a program that reloads its settings on SIGHUP. On a terminal SIGHUP still ends it: the terminal was closed. */
  readonly reloads: boolean
}
