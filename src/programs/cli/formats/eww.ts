/** `--format eww`: a line of JSON for eww's `deflisten`, whose fields a widget reads as `{health.text}`. Pure. */
import { jsonOf } from "../../../layers/system/rawText.ts"
import { type Format, plain, statusOf, streamOf, type View } from "./Format.ts"
import { colours, label, percentages, reason, tooltip } from "./look.ts"

const line = (view: View) => {
  const status = statusOf(view)
  const health = view._tag === "Health" ? view.health : undefined
  return jsonOf({
    status,
    class: status,
    text: label(view),
    tooltip: tooltip(view),
    color: colours[status],
    percentage: percentages[status],
    latency_ms: health?.latency_ms ?? null,
    socket_path: health?.socket_path ?? null,
    reconnecting: health?.reconnecting ?? false,
    reconnection_count: health?.reconnection_count ?? 0,
    error: reason(view),
    warning: plain(health?.warning ?? ""),
  })
}

/** For eww. */
export const eww: Format = { name: "eww", once: line, stream: streamOf(line) }
