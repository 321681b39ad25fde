/**
 * The output of `diagnose socket-health` in two steps. A `View` is the data that is to be shown; `viewOnce.ts` and
 * `watch/views.ts` get it. A `Format` makes text of it, without a clock, a terminal or a file. Pure.
 */
import type { HealthStatus } from "../../../layers/health/HealthState.ts"
import type { HistorySnapshot } from "../../../layers/health/HistorySnapshot.ts"
import type { SocketHealth } from "../../../layers/health/SocketHealth.ts"
import { escapeControl } from "../../../layers/system/escapeControl.ts"

/**
 * The data to show. `at` is when it was measured, in milliseconds since the epoch.
 *
 * `Health`: the health is known. `history` is set if the daemon was asked for it. `daemonIsElsewhere`: a daemon answered, but it
 * watches another socket, so this one was probed directly. `Down`: the health is unknown, most often because the daemon is not
 * running; `message` says why in one sentence.
 */
export type View =
  | {
      readonly _tag: "Health"
      readonly at: number
      readonly health: SocketHealth
      readonly history: HistorySnapshot | undefined
      readonly daemonIsElsewhere?: boolean
    }
  | { readonly _tag: "Down"; readonly at: number; readonly message: string }

/** The state in one word; `down` while the health is unknown. */
export type ViewStatus = HealthStatus | "down"

/** The state of a view. */
export const statusOf = (view: View): ViewStatus => (view._tag === "Down" ? "down" : view.health.status)

/** True if the daemon has answered, also if the health was probed directly. */
export const daemonIsUp = (view: View): boolean =>
  view._tag === "Health" && (view.health.source === "daemon" || view.daemonIsElsewhere === true)

/** Why it is not healthy, in one sentence; `undefined` while it is. */
export const reasonOf = (view: View): string | undefined =>
  view._tag === "Down" ? view.message : (view.health.error ?? undefined)

/** Makes text from views. The caller writes each text with a newline after it, and nothing for an empty text. */
export interface Format {
  readonly name: string
  /** The whole output of a command that prints one view. */
  readonly once: (view: View) => string
  /** The output of `--watch`: `open`, then a `line` for each view, then `close`. */
  readonly stream: {
    readonly open: string
    /** One view: exactly one line, except in `openmetrics`, which prints its whole text for each view. */
    readonly line: (view: View) => string
    readonly close: string
  }
}

/** What a format may know about the place where it is read. */
export interface Surroundings {
  /** Columns of the terminal; `undefined` without a terminal. */
  readonly width: number | undefined
  /** Colours of the terminal are wanted. */
  readonly colour: boolean
  /** The version of this i3pm. */
  readonly version: string
}

/** A stream that has only lines, without a text before and after them. */
export const streamOf = (line: (view: View) => string): Format["stream"] => ({ open: "", line, close: "" })

/** The text in one line and without control sequences. A compositor may put anything into its name and version. */
export const plain = (text: string): string => escapeControl(text.trim())
