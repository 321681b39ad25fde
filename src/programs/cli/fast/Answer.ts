/** Types of the fast path: what a command gets, and its answer. Plain, no Effect runtime. */
import type { OpenedLines } from "../../../layers/control/openedLines.ts"
import type { OpenedEvents } from "../../../layers/ipc/openedEvents.ts"

/** What an answer depends on beside the arguments. */
export interface Place {
  /** The value of a variable of the environment; `undefined` if it is not set or empty. */
  readonly variable: (name: string) => string | undefined
  /** The uid of this process. */
  readonly uid: number
  /** True if stdout is a terminal. */
  readonly isTerminal: boolean
}

/**
 * The exit status, and the texts to write, in this order: `stderr` and `stdout` as they are, then `note` and `error` as messages
 * on stderr.
 */
export interface Answer {
  readonly stdout: string
  readonly stderr?: string | undefined
  readonly error?: string | undefined
  readonly note?: string | undefined
  readonly status: number
}

/**
 * What the fast path leaves to the part that goes on. `watch`: the daemon's connection, whose first line is printed. `events`: the
 * compositor's connection, whose first events are printed.
 */
export interface Opened {
  readonly watch?: OpenedLines
  readonly events?: OpenedEvents
}

/**
 * The beginning of a command that stays: `notes` are written to stderr as messages, `begun` to stdout as it is, then the command's part is
 * loaded and goes on with `opened`.
 */
export interface Begun {
  readonly notes?: ReadonlyArray<string>
  readonly begun: string
  readonly opened: Opened
}

/** The values given to a command, by their keys in its description. */
export type Given = Readonly<Record<string, unknown>>

/**
 * Answers a command, or begins it. `undefined`: the other parts of the program have to run it, and print all messages about it. Never
 * rejects.
 */
export type Ask = (given: Given, place: Place) => Promise<Answer | Begun | undefined>

/** An {@link Ask} from a function with typed values. The cast holds: they were read by the description of the same command. */
export const asking =
  <Values extends object>(answer: (values: Values, place: Place) => Promise<Answer | Begun | undefined>): Ask =>
  (given, place) =>
    answer(given as Values, place)
