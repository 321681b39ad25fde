/** What the fast path gives for a question. Plain, no Effect runtime. */

/** Where a question is asked. */
export interface Place {
  /** The value of a variable of the environment; `undefined` where it is not set or empty. */
  readonly variable: (name: string) => string | undefined
  /** The uid of this process. */
  readonly uid: number
  /** A terminal reads stdout. */
  readonly isTerminal: boolean
}

/**
 * The exit status, and what to write: `stderr` as it is, `stdout`, then an error or a note to stderr, each if there is one.
 */
export interface Answer {
  readonly stdout: string
  readonly stderr?: string | undefined
  readonly error?: string | undefined
  readonly note?: string | undefined
  readonly status: number
}
