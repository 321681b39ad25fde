/** What the daemon answers to the questions of the CLI. Pure, no Effect runtime: the CLI's fast path uses it. */
import { historyFields } from "../../layers/health/HistorySnapshot.ts"
import { SocketHealth } from "../../layers/health/SocketHealth.ts"
import { amount, count, fields, flag, list, orNull, type ShapeType, text } from "../../layers/system/shape.ts"

/** What `get_status` tells. */
export const DaemonStatus = fields({
  version: text,
  pid: count,
  /** ISO 8601 in UTC. */
  started_at: text,
  uptime_seconds: amount,
  runtime_dir: text,
  /** Where the kept connection stands: `connected`, `reconnecting` or `disconnected`. */
  connection: text,
  /** Clients of the control socket. */
  clients: count,
  health: SocketHealth,
  ...historyFields,
})

/** The answer to `get_status`. */
export type DaemonStatus = ShapeType<typeof DaemonStatus>

/** What the table shows of the answer to `list_sockets`; the JSON has more. */
export const Survey = fields({
  source: text,
  chosen: orNull(text),
  sockets: list(fields({ path: text, chosen: flag, verdict: text, reason: text })),
})

/** What the table shows of a survey. */
export type Survey = ShapeType<typeof Survey>

/** How long the daemon may take for a question about its health: it answers within 100 ms whatever the compositor does. */
export const HEALTH_DEADLINE_MS = 100

/** How long any other answer may take: the daemon promises 100 ms, and a busy machine needs more. */
export const ANSWER_DEADLINE_MS = 250

/** How long one compositor may take where no person waits: sway needs 200 ms from its start to its first reply. */
export const PATIENCE_MS = 1000

/** How long a request waits for its reply: three seconds, as in swaymsg. */
export const REPLY_DEADLINE_MS = 3000

/** How long it may take for all sockets: the daemon is patient with each of many. */
export const SURVEY_DEADLINE_MS = PATIENCE_MS + 1000
