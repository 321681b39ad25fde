/** The facts of a view as names and values, for a person. Pure. */
import { duration, milliseconds } from "../output/duration.ts"
import { withLocalTimes } from "../output/localTime.ts"
import { plain, type View } from "./Format.ts"

const orDash = (value: string | number | null) => (value === null ? "-" : withLocalTimes(plain(String(value))))

/** Name and value, in the order in which they are shown; `-` for a missing value. */
export const facts = (view: View): ReadonlyArray<readonly [string, string]> => {
  if (view._tag === "Down") {
    return [
      ["status", "down"],
      ["error", orDash(view.message)],
    ]
  }
  const { health } = view
  const { compositor } = health
  return [
    ["status", health.status],
    ["socket", orDash(health.socket_path)],
    [
      "compositor",
      compositor === null ? "-" : plain(`${compositor.name} ${compositor.version} (pid ${orDash(compositor.pid)})`),
    ],
    ["validated", orDash(health.last_validated)],
    ["latency", milliseconds(health.latency_ms)],
    // A probe has measured neither.
    ...(health.source === "probe"
      ? []
      : [
          ["uptime", duration(Math.floor(health.uptime_seconds))] as const,
          ["reconnections", `${health.reconnection_count}${health.reconnecting ? " (reconnecting)" : ""}`] as const,
        ]),
    ["error", orDash(health.error)],
    ...(health.warning === null ? [] : [["warning", orDash(health.warning)] as const]),
    ["measured by", health.source],
  ]
}
