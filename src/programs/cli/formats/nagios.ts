/** `--format nagios`: a plugin's line with performance data (Monitoring Plugins development guidelines). Pure. */
import { describe, type SocketHealth } from "../../../layers/health/SocketHealth.ts"
import { type Format, plain, statusOf, streamOf, type View, type ViewStatus } from "./Format.ts"

const verdicts: Readonly<Record<ViewStatus, readonly [number, string]>> = {
  healthy: [0, "OK"],
  stale: [1, "WARNING"],
  disconnected: [2, "CRITICAL"],
  down: [3, "UNKNOWN"],
}

/** The plugin's exit status: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN if the health is unknown. */
export const nagiosStatus = (view: View): number => verdicts[statusOf(view)][0]

/** Digits and a point: the guidelines do not allow an exponent. */
const decimal = (value: number) => String(Number(value.toFixed(3)))

/** `'label'=value[UOM];[warn];[crit];[min];[max]`; a value that could not be determined is `U`. */
const performance = ({ latency_ms, reconnection_count, source, uptime_seconds }: SocketHealth) =>
  [
    latency_ms === null ? "'latency'=U" : `'latency'=${decimal(latency_ms)}ms;;;0`,
    // A single probe cannot know the uptime and the reconnections.
    source === "probe" ? "'uptime'=U" : `'uptime'=${decimal(uptime_seconds)}s;;;0`,
    source === "probe" ? "'reconnections'=U" : `'reconnections'=${reconnection_count}c;;;0`,
  ].join(" ")

/** A vertical bar begins the performance data, so there is none before it. */
const sentence = (text: string) => plain(text).replaceAll("|", "/").replaceAll("×", "x")

const line = (view: View) => {
  const [, word] = verdicts[statusOf(view)]
  return view._tag === "Down"
    ? `I3PM ${word}: ${sentence(view.message)}`
    : `I3PM ${word}: ${sentence(describe(view.health))} | ${performance(view.health)}`
}

/** For Nagios and Icinga. */
export const nagios: Format = { name: "nagios", once: line, stream: streamOf(line) }
