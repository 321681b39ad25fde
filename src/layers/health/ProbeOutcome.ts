/** The outcome of one probe. Pure. */

/**
 * A probe without a reply at the deadline has failed. If its reply comes later, there is a second outcome for the same probe,
 * with `late`.
 */
export interface ProbeOutcome {
  /** The reply proved the connection. */
  readonly ok: boolean
  /** This probe was reported as failed before. Do not count it again. */
  readonly late: boolean
  /** Round trip in milliseconds; `undefined` without a reply. */
  readonly latencyMs: number | undefined
}
