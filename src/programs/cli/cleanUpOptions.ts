/** The flags of `i3pm cleanup`, and the note after a dry run. Plain, no Effect runtime: the CLI's fast path uses it. */

/** The flags of `i3pm cleanup`. */
export interface CleanUpOptions {
  readonly dryRun: boolean
  readonly json: boolean
}

/** Printed on stderr after a dry run. */
export const DRY_RUN_NOTE = "dry run: nothing was removed"
