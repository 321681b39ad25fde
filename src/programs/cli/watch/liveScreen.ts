/** What the live view shows: the state, the latency as a small graph, the last transitions. Pure. */

import { plain, reasonOf, statusOf, type View, type ViewStatus } from "../formats/Format.ts"
import { facts } from "../formats/facts.ts"
import { displayWidth, lengthWithin } from "../output/displayWidth.ts"
import { duration, milliseconds } from "../output/duration.ts"
import { clockTime, withLocalTimes, zoneAt } from "../output/localTime.ts"
import { wrappedColumns, wrapWhole } from "../output/wrap.ts"
import { sparkline } from "./sparkline.ts"
import type { WatchItem } from "./views.ts"

/** A change of the state. `at` is in milliseconds since the epoch. */
interface Transition {
  readonly at: number
  readonly status: ViewStatus
  readonly reason: string
}

/** All that is shown, the newest last. */
export interface Screen {
  readonly view: View | undefined
  /** No daemon runs. */
  readonly daemonMissing: boolean
  /** Milliseconds; one for each probe. */
  readonly latencies: ReadonlyArray<number>
  readonly transitions: ReadonlyArray<Transition>
}

/** The screen before the first view. */
export const empty: Screen = { view: undefined, daemonMissing: false, latencies: [], transitions: [] }

/** How many are kept: more than any terminal shows. */
const MOST_LATENCIES = 400
const MOST_TRANSITIONS = 200

const latencyOf = (view: View, before: View | undefined) => {
  if (view._tag === "Down") return []
  const { last_validated, latency_ms } = view.health
  const isNew = before?._tag !== "Health" || before.health.last_validated !== last_validated
  return latency_ms !== null && isNew ? [latency_ms] : []
}

/** The changes that the daemon has recorded, the oldest first, with the state before the first one. */
const recordedTransitions = (view: View): ReadonlyArray<Transition> => {
  const changes = view._tag === "Health" ? (view.history?.transitions ?? []) : []
  const [first] = changes
  if (first === undefined) return []
  const before = { at: Date.parse(first.at) - first.lasted_seconds * 1000, status: first.from, reason: "" }
  const after = changes.map(({ at, reason, to }) => ({
    at: Date.parse(at),
    status: to,
    reason: to === "healthy" ? "" : plain(reason),
  }))
  return [before, ...after]
}

/** The transitions that this view adds: those that the daemon recorded while we were not connected, then the present state. */
const newTransitions = (view: View, last: Transition | undefined): ReadonlyArray<Transition> => {
  const wasConnected = last !== undefined && last.status !== "down"
  const missed = wasConnected ? [] : recordedTransitions(view).filter(({ at }) => at > (last?.at ?? 0) && at <= view.at)
  const present = { at: view.at, status: statusOf(view), reason: plain(reasonOf(view) ?? "") }
  return [...missed, present].filter(({ status }, index, all) => status !== (all[index - 1] ?? last)?.status)
}

/** The screen after one more view. */
export const add = (screen: Screen, { daemonMissing, view }: WatchItem): Screen => ({
  view,
  daemonMissing,
  latencies: [...screen.latencies, ...latencyOf(view, screen.view)].slice(-MOST_LATENCIES),
  transitions: [...screen.transitions, ...newTransitions(view, screen.transitions.at(-1))].slice(-MOST_TRANSITIONS),
})

/** SGR colours of the terminal's own palette (ECMA-48). */
const sgr: Readonly<Record<ViewStatus, number>> = { healthy: 32, stale: 33, disconnected: 31, down: 31 }

/** Columns. With less room beside the other columns, the reason gets lines of its own. */
const LEAST_REASON = 30

const HEADING = ["SINCE     STATE         LASTED        WHY", "SINCE     STATE         LASTED"] as const
const REASON_COLUMN = HEADING[0].indexOf("WHY")

const cut = (line: string, width: number) =>
  displayWidth(line) > width ? `${line.slice(0, lengthWithin(line, width - 1))}…` : line

/** The lines of each transition, the last one first. */
const blocks = (transitions: ReadonlyArray<Transition>, now: number, width: number) =>
  transitions
    .map(({ at, reason, status }, index) => {
      const until = transitions[index + 1]?.at
      const spent = Math.max(0, (until ?? now) - at) / 1000
      // The state that still lasts is drawn once a second, so it has no tenths.
      const lasted = duration(until === undefined ? Math.floor(spent) : spent)
      const columns = `${clockTime(at)}  ${status.padEnd(12)}  ${lasted}`
      if (reason === "") return [columns]
      const why = withLocalTimes(reason)
      const room = width - REASON_COLUMN
      if (room < LEAST_REASON) return [columns, ...wrapWhole(why, Math.max(1, width - 2)).map(line => `  ${line}`)]
      return wrapWhole(why, room).map((line, row) => `${(row === 0 ? columns : "").padEnd(REASON_COLUMN)}${line}`)
    })
    .reverse()

/** The newest parts that fit as a whole. Only the very newest may be cut. */
const fitting = (parts: ReadonlyArray<ReadonlyArray<string>>, height: number): ReadonlyArray<string> => {
  const [newest = []] = parts
  const shown: Array<string> = [...newest.slice(0, Math.max(0, height))]
  for (const part of parts.slice(1)) {
    if (shown.length + part.length > height) break
    shown.push(...part)
  }
  return shown
}

/** Facts that are left out, in this order, if the terminal has too few lines for them and some transitions. */
const dispensable = ["measured by", "validated", "reconnections", "compositor", "uptime", "socket", "latency"]

/** Those facts are left out until so many lines of transitions have room. */
const WANTED = 5

/** The view with the uptime as it is now. */
const current = (view: View, now: number): View =>
  view._tag === "Health" && view.health.uptime_seconds > 0
    ? {
        ...view,
        health: { ...view.health, uptime_seconds: view.health.uptime_seconds + Math.max(0, now - view.at) / 1000 },
      }
    : view

const latencyFact = (latencies: ReadonlyArray<number>, width: number) => {
  const last = latencies.at(-1)
  if (last === undefined) return []
  const text = milliseconds(last)
  const graph = sparkline(latencies, Math.min(60, width - NAMES - text.length - 2))
  return [["latency", `${text}  ${graph}`.trimEnd()] as const]
}

/** The width of the names of facts, with the space after them. */
const NAMES = 15

const rowsOf = ({ latencies, daemonMissing, view }: Screen, now: number, width: number) => {
  if (view === undefined) return []
  const shown = facts(current(view, now)).filter(
    ([name, value]) => value !== "-" && name !== "status" && name !== "latency",
  )
  const advice = daemonMissing ? [["how to start it", "i3pm doctor"] as const] : []
  return [...shown, ...advice, ...latencyFact(latencies, width)].map(
    ([name, value]) => [name.padEnd(NAMES - 2), value] as const,
  )
}

/** What the screen is drawn for. `now` is in milliseconds since the epoch. */
export interface Drawing {
  readonly now: number
  readonly width: number
  readonly height: number
  readonly colour: boolean
  /** Keys are read, so that q leaves the view. */
  readonly hasKeys: boolean
}

/** A screen with fewer lines has no room for the footer. */
const LEAST_HEIGHT = 6

const footer = ({ hasKeys, now }: Drawing) => `${hasKeys ? "q or Ctrl-C" : "Ctrl-C"} leaves   times: ${zoneAt(now)}`

/** The lines of the screen, within its width and height. The last one says how to leave it. */
export const render = (screen: Screen, drawing: Drawing): ReadonlyArray<string> => {
  const { height, width } = drawing
  if (height < LEAST_HEIGHT) return body(screen, drawing)
  const lines = body(screen, { ...drawing, height: height - 1 })
  const below = Array.from({ length: height - 1 - lines.length }, () => "")
  return [...lines, ...below, cut(footer(drawing), width)]
}

const body = (screen: Screen, { colour, height, now, width }: Drawing): ReadonlyArray<string> => {
  const { transitions, view } = screen
  if (view === undefined) return ["asking the daemon …"].slice(0, height).map(line => cut(line, width))
  const status = statusOf(view)
  const parts = blocks(transitions, now, width)
  const wanted = 1 + Math.min(fitting(parts, Number.POSITIVE_INFINITY).length, WANTED)

  const rows = rowsOf(screen, now, width)
  const headOf = (left: typeof rows) => (left.length === 0 ? [] : wrappedColumns(left, width, wrapWhole).split("\n"))
  const isEnough = (left: typeof rows, blank: number) => 1 + headOf(left).length + blank + wanted <= height
  const blank = isEnough(rows, 2) ? [""] : []
  const left = dispensable.reduce(
    (left, each) => (isEnough(left, 2 * blank.length) ? left : left.filter(([name]) => name.trimEnd() !== each)),
    rows,
  )
  const head = [`● ${status}`, ...blank, ...headOf(left), ...blank]
  const heading = width - REASON_COLUMN < LEAST_REASON ? HEADING[1] : HEADING[0]
  return [...head, heading, ...fitting(parts, height - head.length - 1)]
    .slice(0, height)
    .map(line => cut(line, width))
    .map((line, index) => (colour && index === 0 ? `\x1b[1;${sgr[status]}m${line}\x1b[0m` : line))
}
