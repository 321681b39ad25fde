/** `--format json`: the health object of the contract, pretty when asked once, a line each in a stream. Pure. */
import { jsonOf } from "../../../layers/system/rawText.ts"
import { type Format, streamOf, type View } from "./Format.ts"

/** The same fields where there is no health, with `down` for the status: a stream has one shape. */
const valueOf = (view: View) =>
  view._tag === "Health"
    ? view.health
    : {
        status: "down",
        socket_path: null,
        last_validated: null,
        latency_ms: null,
        reconnection_count: 0,
        uptime_seconds: 0,
        error: view.message,
        reconnecting: false,
        compositor: null,
        source: null,
        warning: null,
      }

/** For scripts. */
export const json: Format = {
  name: "json",
  once: view => jsonOf(valueOf(view), 2),
  stream: streamOf(view => jsonOf(valueOf(view))),
}
