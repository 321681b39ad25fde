/** The flags of `i3pm cleanup`, and what a dry run ends with. Plain, no Effect runtime: the CLI's fast path uses it. */

/** The flags of `i3pm cleanup`. */
export interface CleanUpOptions {
  readonly dryRun: boolean
  readonly json: boolean
}

/** Said on stderr. */
export const DRY_RUN_NOTE = "dry run: nothing was removed"
