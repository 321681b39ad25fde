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

/** What was given to a command. */
export type Given = Readonly<Record<string, unknown>>

/**
 * Answers a command, or leaves it, with every message about it, to the program's other parts: then it is `undefined`. Never
 * rejects.
 */
export type Ask = (given: Given, place: Place) => Promise<Answer | undefined>

/** A command by its values, which the reader has read by the description of this very command. */
export const asking =
  <Values extends object>(answer: (values: Values, place: Place) => Promise<Answer | undefined>): Ask =>
  (given, place) =>
    answer(given as Values, place)
