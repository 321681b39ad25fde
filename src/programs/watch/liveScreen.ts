/** What the live view shows: the state, the latency as a small graph, the last transitions. Pure. */

import { duration } from "../duration.ts"
import { plain, reasonOf, statusOf, type View, type ViewStatus } from "../formats/Format.ts"
import { facts } from "../formats/facts.ts"

/** A change of the state. `at` is in milliseconds since the epoch. */
interface Transition {
  readonly at: number
  readonly status: ViewStatus
  readonly reason: string
}

/** All that is shown, the newest last. */
export interface Screen {
  readonly view: View | undefined
  /** Milliseconds; one for each probe. */
  readonly latencies: ReadonlyArray<number>
  readonly transitions: ReadonlyArray<Transition>
}

export const empty: Screen = { view: undefined, latencies: [], transitions: [] }

/** What is kept: more than the widest and the highest terminal shows. */
const MOST_LATENCIES = 400
const MOST_TRANSITIONS = 200

const latencyOf = (view: View, before: View | undefined) => {
  if (view._tag === "Down") return []
  const { last_validated, latency_ms } = view.health
  const isNew = before?._tag !== "Health" || before.health.last_validated !== last_validated
  return latency_ms !== null && isNew ? [latency_ms] : []
}

/** The screen after one more view. */
export const add = (screen: Screen, view: View): Screen => {
  const status = statusOf(view)
  const isTransition = screen.transitions.at(-1)?.status !== status
  const transition = { at: view.at, status, reason: plain(reasonOf(view) ?? "") }
  return {
    view,
    latencies: [...screen.latencies, ...latencyOf(view, screen.view)].slice(-MOST_LATENCIES),
    transitions: (isTransition ? [...screen.transitions, transition] : screen.transitions).slice(-MOST_TRANSITIONS),
  }
}

const BARS = "▁▂▃▄▅▆▇█"

/** One character a value, the highest of them full; as many of the last values as fit. */
export const sparkline = (values: ReadonlyArray<number>, width: number): string => {
  const shown = values.slice(-Math.max(0, width))
  const highest = Math.max(...shown, Number.MIN_VALUE)
  return shown.map(value => BARS[Math.min(BARS.length - 1, Math.floor((value / highest) * BARS.length))]).join("")
}

/** SGR colours of the terminal's own palette (ECMA-48). */
const sgr: Readonly<Record<ViewStatus, number>> = { healthy: 32, stale: 33, disconnected: 31, down: 31 }

const clock = (at: number) => new Date(at).toTimeString().slice(0, 8)

const latencyLine = (latencies: ReadonlyArray<number>, width: number) => {
  const last = latencies.at(-1)
  if (last === undefined) return []
  const head = `latency        ${last.toFixed(2)} ms  `
  const graph = sparkline(latencies, Math.min(60, width - head.length))
  return [`${head}${graph}`]
}

const transitionLines = (transitions: ReadonlyArray<Transition>) =>
  transitions
    .map(({ at, reason, status }, index) => {
      const next = transitions[index + 1]
      const lasted = next === undefined ? "now" : duration(Math.max(0, next.at - at) / 1000)
      return `${clock(at)}  ${status.padEnd(12)}  ${lasted.padEnd(12)}  ${reason}`.trimEnd()
    })
    .reverse()

/** The lines of the screen, none longer and no more than fit. */
export const render = (
  { latencies, transitions, view }: Screen,
  { colour, height, width }: { readonly width: number; readonly height: number; readonly colour: boolean },
): ReadonlyArray<string> => {
  if (view === undefined) return ["asking the daemon …"].slice(0, height)
  const status = statusOf(view)
  const shown = facts(view)
    .filter(([name, value]) => value !== "-" && name !== "status" && name !== "latency")
    .map(([name, value]) => `${name.padEnd(13)}  ${value}`)
  const lines = [
    `● ${status}`,
    "",
    ...shown,
    ...latencyLine(latencies, width),
    "",
    "SINCE     STATE         LASTED        WHY",
    ...transitionLines(transitions),
  ]
  return lines
    .slice(0, height)
    .map(line => (line.length > width ? `${line.slice(0, Math.max(0, width - 1))}…` : line))
    .map((line, index) => (colour && index === 0 ? `\x1b[1;${sgr[status]}m${line}\x1b[0m` : line))
}
