/** `i3pm diagnose status`, if `fast/asked.ts` gave no answer: the table, or the error without a daemon. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { ControlClientError } from "../../../layers/control/answers.ts"
import * as ControlClient from "../../../layers/control/ControlClient.ts"
import { describe } from "../../../layers/health/SocketHealth.ts"
import * as RuntimeDir from "../../../layers/system/RuntimeDir.ts"
import { askStatus, START_HINT } from "../askDaemon.ts"
import { status as definition } from "../catalogue/diagnose.ts"
import type { DaemonStatus } from "../daemonAnswers.ts"
import { plain } from "../formats/Format.ts"
import { duration, milliseconds } from "../output/duration.ts"
import { withLocalTimes } from "../output/localTime.ts"
import { printResult, terminalColumns } from "../output/output.ts"
import { wrappedColumns } from "../output/wrap.ts"
import { on } from "../tree/handler.ts"

/** Most changes of state in the table; the JSON has all that the daemon keeps. */
const SHOWN = 10

const states = ["healthy", "stale", "disconnected"] as const

const share = (part: number, whole: number) => (whole === 0 ? "" : ` (${((100 * part) / whole).toFixed(1)} %)`)

/** Sections of names and values, no wider than `width` columns. */
export const table = (status: DaemonStatus, width: number | undefined): string => {
  const { counters, latency_ms: latency, seconds_in_state: spent, unremovable_orphans: stuck } = status
  const whole = states.reduce((sum, state) => sum + spent[state], 0)
  const sections: ReadonlyArray<ReadonlyArray<readonly [string, string]>> = [
    [
      ["daemon", `i3pm ${status.version} (pid ${status.pid}), up ${duration(status.uptime_seconds)}`],
      ["since", withLocalTimes(status.started_at)],
      ["connection", status.connection],
      ["clients", String(status.clients)],
      ["health", withLocalTimes(plain(describe(status.health)))],
    ],
    [
      ["probes", `${counters.probes}, ${counters.probe_failures} failed`],
      ["reconnections", String(counters.reconnections)],
      ["orphans", `${counters.removed_orphans} removed${stuck === 0 ? "" : `, ${stuck} cannot be removed`}`],
      ["events", `${counters.events_seen} seen, ${counters.events_lost} lost`],
    ],
    [
      ["latency p50", milliseconds(latency.p50)],
      ["latency p90", milliseconds(latency.p90)],
      ["latency p99", milliseconds(latency.p99)],
      ["latency max", `${milliseconds(latency.max)} of the last ${latency.samples}`],
    ],
    states.map(state => [`time ${state}`, `${duration(spent[state])}${share(spent[state], whole)}`] as const),
    status.transitions
      .slice(-SHOWN)
      .toReversed()
      .map(({ at, from, lasted_seconds, reason, to }) => {
        const what = plain(`${from} → ${to} after ${duration(lasted_seconds)}: ${reason}`)
        return [withLocalTimes(at), withLocalTimes(what)] as const
      }),
  ]
  return sections
    .filter(rows => rows.length > 0)
    .map(rows => wrappedColumns(rows, width))
    .join("\n\n")
}

/** `i3pm diagnose status`. */
export const status = on(definition, ({ json }) =>
  Effect.gen(function* () {
    const found = yield* askStatus
    yield* printResult(found, json, () => table(found, terminalColumns()))
  }).pipe(
    Effect.mapError(error =>
      error._tag === "ControlClientError" && error.reason === "NotRunning"
        ? new ControlClientError({ ...error, message: `${error.message}; ${START_HINT}` })
        : error,
    ),
    Effect.provide(ControlClient.layer.pipe(Layer.provide(RuntimeDir.layer))),
  ),
)
