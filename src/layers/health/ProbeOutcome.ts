/** What became of one probe. Pure. */

/**
 * One verdict on a probe. A probe that is overdue has failed; the reply that comes all the same is told of once more, with
 * `late`, and is not another probe.
 */
export interface ProbeOutcome {
  /** The reply proved the connection. */
  readonly ok: boolean
  /** The probe has been told of as failed before: count it no second time. */
  readonly late: boolean
  /** Round trip in milliseconds; `undefined` where no reply came. */
  readonly latencyMs: number | undefined
}
