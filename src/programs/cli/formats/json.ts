/** `--format json`: the health object, indented when it is printed once, in one line each with `--watch`. Pure. */
import { jsonOf } from "../../../layers/system/rawText.ts"
import { type Format, streamOf, type View } from "./Format.ts"

/** Without a health the fields are the same, with the status `down`, so that all lines of a stream have one shape. */
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
