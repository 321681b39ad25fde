/** What every output format of `diagnose socket-health` is: text from a view, without a clock, a terminal or a file. Pure. */
import type { HealthStatus } from "../../../layers/health/HealthState.ts"
import type { HistorySnapshot } from "../../../layers/health/HistorySnapshot.ts"
import type { SocketHealth } from "../../../layers/health/SocketHealth.ts"
import { escapeControl } from "../../../layers/system/escapeControl.ts"

/**
 * What there is to show. `at` is when it was seen, in milliseconds since the epoch.
 *
 * `Health`: it was measured; `history` is there when the daemon was asked for it, and `daemonIsElsewhere` says that it
 * answered and watches another socket, so that this one was probed. `Down`: it is unknown, most often because the daemon
 * that is watched is not running; `message` says why in one sentence.
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

/** The state in one word: a daemon that is down is a state of its own. */
export type ViewStatus = HealthStatus | "down"

/** The state of a view. */
export const statusOf = (view: View): ViewStatus => (view._tag === "Down" ? "down" : view.health.status)

/** True where the daemon has answered, also if the health was probed directly. */
export const daemonIsUp = (view: View): boolean =>
  view._tag === "Health" && (view.health.source === "daemon" || view.daemonIsElsewhere === true)

/** Why it is not healthy, in one sentence; `undefined` while it is. */
export const reasonOf = (view: View): string | undefined =>
  view._tag === "Down" ? view.message : (view.health.error ?? undefined)

/** Of each text: it is written with a newline behind it, and not at all where it is empty. */
export interface Format {
  readonly name: string
  /** The whole answer to one question. */
  readonly once: (view: View) => string
  /** One view after the other. */
  readonly stream: {
    readonly open: string
    /** One view: exactly one line, but for `openmetrics` and `health+json`, which have a text of their own for each. */
    readonly line: (view: View) => string
    readonly close: string
  }
}

/** What a format may know of where it is read. */
export interface Surroundings {
  /** Columns of the terminal; `undefined` where there is none. */
  readonly width: number | undefined
  /** Colours of the terminal are wanted. */
  readonly colour: boolean
  /** The version of this i3pm. */
  readonly version: string
}

/** A stream that is the same text for each view, with nothing around it. */
export const streamOf = (line: (view: View) => string): Format["stream"] => ({ open: "", line, close: "" })

/** Text that stays on its line and commands no terminal: what a compositor says of itself may hold anything. */
export const plain = (text: string): string => escapeControl(text.trim())
