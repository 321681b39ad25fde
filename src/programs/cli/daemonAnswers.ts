/** The shapes of the daemon's answers to the CLI, and the time that each may take. Pure, no Effect runtime: the CLI's fast path uses it. */
import { historyFields } from "../../layers/health/HistorySnapshot.ts"
import { SocketHealth } from "../../layers/health/SocketHealth.ts"
import { amount, count, fields, flag, list, orNull, type ShapeType, text } from "../../layers/system/shape.ts"

/** The shape of the answer to `get_status`. */
export const DaemonStatus = fields({
  version: text,
  pid: count,
  /** ISO 8601 in UTC. */
  started_at: text,
  uptime_seconds: amount,
  runtime_dir: text,
  /** The state of the kept connection: `connected`, `reconnecting` or `disconnected`. */
  connection: text,
  /** Clients of the control socket. */
  clients: count,
  health: SocketHealth,
  ...historyFields,
})

/** The answer to `get_status`. */
export type DaemonStatus = ShapeType<typeof DaemonStatus>

/** The part of the answer to `list_sockets` that the table shows; the JSON has more. */
export const Survey = fields({
  source: text,
  chosen: orNull(text),
  sockets: list(fields({ path: text, chosen: flag, verdict: text, reason: text })),
})

/** The part of the answer to `list_sockets` that the table shows. */
export type Survey = ShapeType<typeof Survey>

/** Milliseconds for an answer about the health: the daemon answers within 100 ms, even if the compositor hangs. */
export const HEALTH_DEADLINE_MS = 100

/** Milliseconds for any other answer. The daemon needs less than 100 ms, but a busy machine needs more. */
export const ANSWER_DEADLINE_MS = 250

/** Milliseconds that a request of `i3pm msg` waits for its reply: three seconds, as in swaymsg. */
export const REPLY_DEADLINE_MS = 3000

/** Milliseconds for `list_sockets`: before it answers, the daemon waits up to a second for the compositors. */
export const SURVEY_DEADLINE_MS = 2000
